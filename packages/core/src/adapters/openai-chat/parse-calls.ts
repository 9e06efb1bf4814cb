import type { Origin, ToolCallPart } from '../../chat/parts.ts';
import { array, type Json, put, record, string, text } from '../shared/read.ts';
import { detailOrigin } from './carriers-read.ts';
import { ORIGIN_MEMBER } from './carriers-write.ts';
import { refuse } from './parse-content.ts';
import { FORMAT, native, nativeOf, rest } from './wire.ts';

const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content']);

/** The arguments as JSON text: `{}` for none; an object, as some clients send it, is written out. */
export function inputOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value;
  return record(value) === undefined ? '{}' : JSON.stringify(value);
}

/**
 * A thought signature on a tool call, as Google's compatible API spells it; `origin`: who gave it.
 * Source: https://ai.google.dev/gemini-api/docs/openai
 */
export function thoughtSignature(call: Json, origin: Origin): Pick<ToolCallPart, 'signature' | 'origin' | 'native'> {
  const content = record(call['extra_content']);
  const signature = text(record(content?.['google'])?.['thought_signature']);
  const kept = rest(call, CALL_FIELDS);
  if (signature === undefined) put(kept, 'extra_content', content);
  const read: ReturnType<typeof thoughtSignature> = signature === undefined ? {} : { signature, origin };
  put(read, 'native', native(kept));
  return read;
}

/** What a client sends back tells its origin when Postern gave it; else it may be a compatible API's, and is kept as it came. */
function clientSignature(call: Json): ReturnType<typeof thoughtSignature> {
  const marked = record(record(call['extra_content'])?.[ORIGIN_MEMBER]);
  const origin: Origin = { format: 'gemini' };
  if (marked !== undefined) return thoughtSignature(call, detailOrigin(marked, origin));
  const read = thoughtSignature(call, origin);
  if (read.signature === undefined) return read;
  return { ...read, native: { [FORMAT]: { ...nativeOf(read), extra_content: call['extra_content'] } } };
}

function parseCall(value: unknown, at: string, fallbackId: string): ToolCallPart {
  const call = record(value) ?? refuse(at, 'must be an object');
  const callId = text(call['id']) ?? fallbackId;
  const custom = record(call['custom']);
  if (custom !== undefined) {
    const name = text(custom['name']) ?? refuse(`${at}.custom.name`, 'must be the name of a tool');
    return {
      type: 'tool-call',
      callId,
      name,
      input: string(custom['input']) ?? '',
      custom: true,
      ...clientSignature(call),
    };
  }
  const called = record(call['function']);
  const name = text(called?.['name']) ?? refuse(`${at}.function.name`, 'must be the name of a tool');
  return { type: 'tool-call', callId, name, input: inputOf(called?.['arguments']), ...clientSignature(call) };
}

/** The tool calls of an assistant message, and the deprecated function call. Throws RequestError. */
export function parseCalls(message: Json, at: string): ToolCallPart[] {
  const id = (suffix: string): string => `call_${at.replace(/\D/g, '')}_${suffix}`;
  const calls = (array(message['tool_calls']) ?? []).map((call, index) =>
    parseCall(call, `${at}.tool_calls.${index}`, id(String(index))),
  );
  const deprecated = record(message['function_call']);
  if (deprecated !== undefined) calls.push(parseCall({ function: deprecated }, `${at}.function_call`, id('function')));
  return calls;
}
