import type { AudioPart, ImagePart, ToolCallPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Json } from '../shared/read.ts';
import { clientExtraContent } from './carriers-write.ts';
import { nativeOf } from './wire.ts';

/** Deltas of a stream's choice, as JSON text. Source: https://platform.openai.com/docs/api-reference/chat-streaming */

/** The beginning of a tool call; `functions`: in the deprecated form. */
export function callDelta(part: ToolCallPart, index: number, functions: boolean): string {
  const isCustom = part.custom === true;
  const called = isCustom ? { name: part.name, input: part.input } : { name: part.name, arguments: part.input };
  if (functions) return `{"function_call":${JSON.stringify(called)}}`;
  const kind = isCustom ? 'custom' : 'function';
  const call: Json = { ...nativeOf(part), index, id: part.callId, type: kind, [kind]: called };
  return `{"tool_calls":[${JSON.stringify({ ...call, extra_content: clientExtraContent(part) })}]}`;
}

/** A piece of a tool call's input. */
export function inputDelta(part: ToolCallPart, index: number, piece: string, functions: boolean): string {
  const written = JSON.stringify(piece);
  if (functions) return `{"function_call":{"arguments":${written}}}`;
  const body = part.custom === true ? `"custom":{"input":${written}}` : `"function":{"arguments":${written}}`;
  return `{"tool_calls":[{"index":${index},${body}}]}`;
}

/** A thought signature that is known only when the call is complete. */
export function extraContentDelta(index: number, extra: Json): string {
  return `{"tool_calls":[${JSON.stringify({ index, extra_content: extra })}]}`;
}

/** The beginning of spoken audio. */
export function audioDelta(part: AudioPart, freshId: () => string): string {
  const audio = {
    id: part.id ?? freshId(),
    ...(part.transcript === undefined ? {} : { transcript: part.transcript }),
    ...(part.source.kind === 'base64' && part.source.data !== '' ? { data: part.source.data } : {}),
  };
  return `{"audio":${JSON.stringify(audio)}}`;
}

/** An image with the data that came in pieces put behind what it began with. */
export function wholeImage(part: ImagePart, gathered: string): ImagePart {
  const { source } = part;
  if (gathered === '' || source.kind !== 'base64') return part;
  return { ...part, source: { ...source, data: source.data + gathered } };
}

/** Log probabilities of one delta, with both lists that the schema requires. */
export function logprobsText(list: 'content' | 'refusal', logprobs: TokenLogprob[] | undefined): string {
  if (logprobs === undefined) return 'null';
  const written = JSON.stringify(logprobs);
  return list === 'content' ? `{"content":${written},"refusal":null}` : `{"content":null,"refusal":${written}}`;
}
