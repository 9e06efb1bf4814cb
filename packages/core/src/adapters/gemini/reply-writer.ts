import type { MediaPart, Part } from '../../chat/parts.ts';
import { writeMedia } from './media.ts';
import type { PartWriter } from './parts-write.ts';
import { carriedBy, packSignature } from './signature.ts';
import { FORMAT, type Wire } from './wire.ts';

function mediaForClient(part: MediaPart): Wire {
  const wire = writeMedia(part);
  return part.type === 'audio' && part.transcript !== undefined
    ? { ...wire, audioTranscription: { text: part.transcript } }
    : wire;
}

function signatureForClient(part: Part, dropped: Set<string>): string | undefined {
  if (part.signature !== undefined && part.origin?.format === FORMAT) return part.signature;
  const carried = carriedBy(part);
  if (carried !== undefined) return packSignature(carried);
  if (part.signature !== undefined) dropped.add('reasoning');
  return undefined;
}

/** Writes the parts of an answer for a client: what another provider signed travels in a carrier. */
export function replyWriter(dropped: Set<string>): PartWriter {
  return {
    dropped,
    nestedMedia: true,
    signature: (part) => signatureForClient(part, dropped),
    keeps: () => true,
    media: mediaForClient,
    callId: (part) => part.callId,
    resultId: (part) => part.callId,
    toolName: (name) => name,
    resultName: (part) => part.name ?? part.callId,
  };
}
