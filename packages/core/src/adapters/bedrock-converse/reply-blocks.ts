import type { Part, ReasoningPart, TextPart, ToolCallPart } from '../../chat/parts.ts';
import { callInput } from '../shared/call-input.ts';
import { type Cargo, cargoOf, pack } from '../shared/carrier.ts';
import { type Json, parsedOr } from '../shared/read.ts';
import { packSealed } from './carrier.ts';
import { writeCitation } from './citations.ts';
import { formatOf } from './media.ts';
import { FORMAT, isObject, nativeFields, present } from './wire.ts';

/** Did a provider of this format issue what is signed here? Then its own fields go out bare, and a client may send them anywhere. */
const isNative = (part: Part): boolean => part.origin?.format === FORMAT;

/**
 * The `signature` of reasoning. The provider's own goes out as it is; anybody else's, and the absence of one, travels in a carrier, so that an echo
 * brings it back with its origin. undefined: none, and none is needed.
 */
export function signatureOf(part: ReasoningPart): string | undefined {
  return isNative(part) && part.encrypted === undefined ? part.signature : pack(cargoOf(part));
}

/** A reasoning part that is only an opaque blob. */
export const isSealed = (part: ReasoningPart): boolean => part.encrypted !== undefined && part.text === '';

/** The blob as `redactedContent`. */
export const sealed = (part: ReasoningPart): string =>
  isNative(part) && part.signature === undefined ? (part.encrypted ?? '') : packSealed(cargoOf(part));

/**
 * What carries the signature of a part that has no place for one; undefined where there is nothing to carry.
 * `side`: where the text that it signs stands, seen from the block; `empty`: a text without words has no block.
 */
export function looseSignature(part: Part, side: NonNullable<Cargo['text']> = 'next'): string | undefined {
  if (part.signature === undefined || (part.type !== 'tool-call' && part.type !== 'text')) return undefined;
  const origin = part.origin === undefined ? {} : { origin: part.origin };
  const bound = part.type === 'tool-call' ? { callId: part.callId } : { text: side };
  return packSealed({ ...origin, signature: part.signature, ...bound });
}

const sealedBlock = (content: string): Json => ({ reasoningContent: { redactedContent: content } });

/** What a part is called in the list of what was dropped. */
export const partName = (part: Part): string => (part.type === 'native' ? part.name : part.type);

function textBlocks(part: Pick<TextPart, 'text' | 'annotations'> & Part, path: string, dropped: string[]): Json[] {
  if (part.text === '') return present(looseSignature(part, 'empty')).map(sealedBlock);
  const before = present(looseSignature(part)).map(sealedBlock);
  if (part.annotations === undefined) return [...before, { text: part.text }];
  const citations = part.annotations.map(writeCitation).filter((citation) => citation !== undefined);
  if (citations.length < part.annotations.length) dropped.push(`${path}.annotations`);
  return citations.length === 0
    ? [...before, { text: part.text }]
    : [...before, { citationsContent: { content: [{ text: part.text }], citations } }];
}

function reasoningBlock(part: ReasoningPart): Json {
  if (isSealed(part)) return sealedBlock(sealed(part));
  const signature = signatureOf(part);
  const text = { text: part.text, ...(signature === undefined ? {} : { signature }), ...nativeFields(part.native) };
  return { reasoningContent: { reasoningText: text } };
}

function callBlocks(part: ToolCallPart, path: string, dropped: string[]): Json[] {
  const input = callInput(part, () => dropped.push(`${path}.input`));
  const toolUse = { toolUseId: part.callId, name: part.name, input, ...nativeFields(part.native) };
  return [...present(looseSignature(part)).map(sealedBlock), { toolUse }];
}

/** The vendor's own blocks, and media that answers may hold; undefined for what can't be told. */
export function ownBlock(part: Part): Json | undefined {
  if (part.type === 'native') return part.format === FORMAT && isObject(part.value) ? part.value : undefined;
  if ((part.type === 'image' || part.type === 'audio') && part.source.kind === 'base64') {
    const format = nativeFields(part.native).format ?? formatOf(part.type, part.source.mediaType);
    return format === undefined ? undefined : { [part.type]: { format, source: { bytes: part.source.data } } };
  }
  if (!isNative(part)) return undefined;
  const kept = nativeFields(part.native);
  if (part.type === 'server-tool-call')
    return { toolUse: { toolUseId: part.callId, name: part.name, input: parsedOr(part.input, {}), ...kept } };
  if (part.type === 'server-tool-result')
    return { toolResult: { toolUseId: part.callId, content: part.content, ...kept } };
  return undefined;
}

/** A part of an answer as blocks for the client. What can't be told is noted in `dropped`. */
export function replyBlocks(part: Part, path: string, dropped: string[]): Json[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return textBlocks(part, path, dropped);
    case 'reasoning':
      return [reasoningBlock(part)];
    case 'tool-call':
      return callBlocks(part, path, dropped);
  }
  const block = ownBlock(part);
  if (block === undefined) dropped.push(`${path} (${partName(part)})`);
  return present(block);
}
