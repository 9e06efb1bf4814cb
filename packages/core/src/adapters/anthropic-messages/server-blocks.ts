import type { Annotation, Part, ReasoningPart, ToolCallPart } from '../../chat/parts.ts';
import { type Cargo, cargoOf, pack } from '../shared/carrier.ts';
import { type Json, record } from '../shared/read.ts';
import { writeCitation } from './citations.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** Did the vendor of this format issue what is signed here? Then its own fields go out bare, and a client may send them anywhere. */
const isNative = (part: Part): boolean => part.origin?.format === FORMAT;

/**
 * The `signature` of a thinking block. The vendor's own goes out as it is; anybody else's, and the absence of one, travels in a carrier,
 * so that an echo brings it back with its origin.
 */
export function signatureOf(part: ReasoningPart): string {
  return isNative(part) && part.encrypted === undefined ? (part.signature ?? '') : pack(cargoOf(part));
}

/** A reasoning part that is only an opaque blob. */
export const isRedacted = (part: ReasoningPart): boolean => part.encrypted !== undefined && part.text === '';

/** An opaque blob as redacted_thinking. */
export function redactedBlock(part: ReasoningPart): Json {
  return {
    type: 'redacted_thinking',
    data: isNative(part) && part.signature === undefined ? (part.encrypted ?? '') : pack(cargoOf(part)),
  };
}

/**
 * The block that carries the signature of a part which has no place for one; undefined where there is nothing to carry.
 * `side`: where the text that it signs stands, seen from this block; `empty`: a text without words has no block.
 */
export function signatureBlock(part: Part, side: NonNullable<Cargo['text']> = 'next'): Json | undefined {
  if (part.signature === undefined || (part.type !== 'tool-call' && part.type !== 'text')) return undefined;
  const origin = part.origin === undefined ? {} : { origin: part.origin };
  const bound = part.type === 'tool-call' ? { callId: part.callId } : { text: side };
  return { type: 'redacted_thinking', data: pack({ ...origin, signature: part.signature, ...bound }) };
}

/** Citations for clients; those that can't be told are counted in `lost`. */
export function citationsOf(annotations: readonly Annotation[] | undefined): { citations: Json[]; lost: boolean } {
  const citations = (annotations ?? []).map(writeCitation).filter((citation) => citation !== undefined);
  return { citations, lost: citations.length < (annotations?.length ?? 0) };
}

/** A call for the client, with this input. */
export const callBlock = (part: ToolCallPart, input: Json): Json => ({
  type: 'tool_use',
  id: part.callId,
  name: part.name,
  input,
  ...nativeFields(part.native),
});

/** The vendor's own blocks; undefined for what another format made. */
export function ownBlock(part: Part, input: unknown): Json | undefined {
  if (part.type === 'native') return part.format === FORMAT ? record(part.value) : undefined;
  if (!isNative(part)) return undefined;
  if (part.type === 'server-tool-call')
    return { type: 'server_tool_use', id: part.callId, name: part.name, input, ...nativeFields(part.native) };
  if (part.type === 'server-tool-result')
    return {
      type: `${part.name ?? ''}_tool_result`,
      tool_use_id: part.callId,
      content: part.content,
      ...nativeFields(part.native),
    };
  return undefined;
}

/** What a part is called in the list of what was dropped. */
export const partName = (part: Part): string => (part.type === 'native' ? part.name : part.type);
