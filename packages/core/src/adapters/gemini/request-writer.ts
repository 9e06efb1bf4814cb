import type { MediaPart, Part } from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Target } from '../adapter.ts';
import { isOwn } from '../shared/origin.ts';
import type { CallIndex } from './call-ids.ts';
import { isVendorFile, isYouTube, writeMedia } from './media.ts';
import { isBefore25, isGemini3 } from './model.ts';
import type { PartWriter } from './parts-write.ts';
import type { ToolMemo } from './tool-names.ts';
import type { Wire } from './wire.ts';

function refuse(path: string, message: string): never {
  throw new RequestError('media_url_unsupported', message, { param: path });
}

/**
 * Does the model not read this URL by itself? It reads YouTube's, and since Gemini 2.5 any public https URL
 * (https://ai.google.dev/gemini-api/docs/file-input-methods).
 */
export function needsBytes({ source }: MediaPart, model: string): boolean {
  if (source.kind !== 'url' || isYouTube(source.url)) return false;
  return isBefore25(model) || !source.url.startsWith('https://');
}

/** Media for the API: bytes, its own files, and the URLs that it reads. */
function requestMedia(part: MediaPart, path: string, model: string, dropped: Set<string>): Wire {
  const { source } = part;
  if (source.kind === 'file' && !isVendorFile(source.fileId))
    refuse(path, 'The file belongs to another provider; this model can not read it.');
  if (needsBytes(part, model))
    refuse(path, `The model takes ${isBefore25(model) ? 'no media by URL' : 'media by https URL only'}.`);
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto')
    dropped.add(`${path}.image_url.detail`);
  if (part.type === 'file' && part.context !== undefined) dropped.add(`${path}.context`);
  return writeMedia(part);
}

function ownSignature(part: Part, target: Target, dropped: Set<string>): string | undefined {
  if (part.signature === undefined) return undefined;
  if (isOwn(part.origin, target)) return part.signature;
  dropped.add('reasoning');
  return undefined;
}

/** Writes parts for a provider: opaque blobs go back to their own origin only. */
export function requestWriter(target: Target, memo: ToolMemo, calls: CallIndex, dropped: Set<string>): PartWriter {
  const idOf = (callId: string): string | undefined => (calls.get(callId)?.derived === true ? undefined : callId);
  return {
    dropped,
    nestedMedia: isGemini3(target.model),
    signature: (part) => ownSignature(part, target, dropped),
    keeps: (part) =>
      part.encrypted === undefined &&
      (part.origin === undefined ? part.signature === undefined : isOwn(part.origin, target)),
    media: (part, path) => requestMedia(part, path, target.model, dropped),
    callId: (part) => idOf(part.callId),
    resultId: (part) => idOf(part.callId),
    toolName: (name) => memo.names.wire(name),
    resultName: (part) => memo.names.wire(calls.get(part.callId)?.name ?? part.name ?? part.callId),
  };
}
