import type {
  ImagePart,
  Origin,
  Part,
  PartBase,
  ReasoningPart,
  ServerToolCallPart,
  ToolCallPart,
} from '../../chat/parts.ts';
import { given, isEmpty, type Json, put, record, records, string, text } from '../shared/read.ts';
import { readAnnotation } from './annotations.ts';
import { FORMAT, native, PARAGRAPH, rest } from './wire.ts';

/** What reading items needs to know. */
export interface Reading {
  /** Who issued ids and encrypted reasoning. */
  readonly origin: Origin;
  /** The client's name of a tool. */
  readonly toolName: (name: string) => string;
  readonly newId: (prefix: string) => string;
}

const MESSAGE: ReadonlySet<string> = new Set(['type', 'id', 'role', 'content', 'status']);
const TEXT: ReadonlySet<string> = new Set(['type', 'text', 'annotations', 'logprobs', 'prompt_cache_breakpoint']);
const CALL: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'name', 'arguments', 'input', 'status']);
const REASONING: ReadonlySet<string> = new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status']);

/** What an item gives to each of its parts: its id, and who issued it. */
function issued(item: Json, reading: Reading): PartBase {
  const id = text(item.id);
  return id === undefined ? {} : { id, origin: reading.origin };
}

/** A part kept whole for its own format. */
export const nativePart = (value: Json): Part => ({
  type: 'native',
  format: FORMAT,
  name: text(value.type) ?? 'item',
  value,
});

/** One entry of a model's message, without the words of `message`. */
export function readSaid(entry: Json): Part {
  switch (entry.type) {
    case 'output_text':
    case 'input_text':
    case 'text': {
      const part: Part = { type: 'text', text: string(entry.text) ?? '' };
      const annotations = records(entry.annotations).map(readAnnotation);
      if (annotations.length > 0) part.annotations = annotations;
      put<PartBase, 'native'>(part, 'native', native(rest(entry, TEXT)));
      return part;
    }
    case 'refusal':
      return { type: 'refusal', text: string(entry.refusal) ?? '' };
    case 'reasoning_text':
      return { type: 'reasoning', text: string(entry.text) ?? '' };
    default:
      return nativePart(entry);
  }
}

/** The parts of a model's message; what the message has besides stands with the first of them. */
function readMessage(item: Json, reading: Reading): Part[] {
  const { content } = item;
  const entries = typeof content === 'string' ? [{ type: 'output_text', text: content }] : records(content);
  const parts = entries.map((entry) => ({ ...readSaid(entry), ...issued(item, reading) }));
  return withMessage(parts, item);
}

/** The parts with the members of their message that have no name here, such as `phase`. */
export function withMessage(parts: Part[], item: Json): Part[] {
  const kept = rest(item, MESSAGE);
  const [first, ...others] = parts;
  if (first === undefined || isEmpty(kept)) return parts;
  return [{ ...first, native: { ...first.native, [FORMAT]: { ...first.native?.[FORMAT], message: kept } } }, ...others];
}

/** A call that the client has to answer. */
export function readCall(item: Json, reading: Reading): ToolCallPart {
  const isCustom = item.type === 'custom_tool_call';
  const written = string(isCustom ? item.input : item.arguments) ?? '';
  return {
    type: 'tool-call',
    callId: text(item.call_id) ?? text(item.id) ?? reading.newId('call_'),
    name: reading.toolName(string(item.name) ?? ''),
    input: written === '' && !isCustom ? '{}' : written,
    ...(isCustom ? { custom: true } : {}),
    ...issued(item, reading),
    ...given('native', native(rest(item, CALL))),
  };
}

const wordsIn = (list: unknown): string[] => records(list).map((entry) => string(entry.text) ?? '');

/** A reasoning item: the thinking itself where it is told, else its summary. Its own lists are kept where one text would not give them back. */
export function readReasoning(item: Json, reading: Reading): ReasoningPart {
  const summary = wordsIn(item.summary);
  const content = wordsIn(item.content);
  const kept = rest(item, REASONING);
  if (content.length > 0) kept.content = item.content;
  if (summary.length > (content.length > 0 ? 0 : 1)) kept.summary = item.summary;
  return {
    type: 'reasoning',
    text: content.length > 0 ? content.join('') : summary.join(PARAGRAPH),
    ...(content.length === 0 && summary.length > 0 ? { summary: true } : {}),
    ...given('encrypted', text(item.encrypted_content)),
    ...issued(item, reading),
    origin: reading.origin,
    ...given('native', native(kept)),
  };
}

/** Tools that the provider runs by itself, by the type of their items. Source: https://platform.openai.com/docs/guides/tools */
const SERVER_TOOLS: Readonly<Record<string, string>> = {
  web_search_call: 'web_search',
  file_search_call: 'file_search',
  code_interpreter_call: 'code_interpreter',
  mcp_call: 'mcp',
  mcp_list_tools: 'mcp_list_tools',
  tool_search_call: 'tool_search',
};

/** What a provider's tool was asked, as far as the item tells. */
function asked(item: Json): string {
  if (typeof item.arguments === 'string') return item.arguments;
  if (record(item.action) !== undefined) return JSON.stringify(item.action);
  return JSON.stringify({ ...given('queries', item.queries), ...given('code', item.code) });
}

/** An item of a tool that the provider ran, call and result in one; it is kept whole. undefined: of no such tool. */
function readServerCall(item: Json, reading: Reading): ServerToolCallPart | undefined {
  const type = string(item.type) ?? '';
  const name = Object.hasOwn(SERVER_TOOLS, type) ? SERVER_TOOLS[type] : undefined;
  if (name === undefined) return undefined;
  return {
    type: 'server-tool-call',
    callId: text(item.id) ?? reading.newId('call_'),
    name,
    input: asked(item),
    origin: reading.origin,
    native: { [FORMAT]: item },
  };
}

/** A generated image. Source: https://platform.openai.com/docs/guides/image-generation?api=responses */
function readImage(item: Json, reading: Reading): ImagePart | undefined {
  const data = text(item.result);
  if (data === undefined) return undefined;
  const { result: _, ...kept } = item;
  return {
    type: 'image',
    source: { kind: 'base64', data, mediaType: `image/${text(item.output_format) ?? 'png'}` },
    ...issued(item, reading),
    native: { [FORMAT]: kept },
  };
}

/** One item of a model's output as parts. Lenient: what has the wrong type counts as absent. */
export function readOutputItem(item: Json, reading: Reading): Part[] {
  switch (item.type) {
    case 'message':
      return readMessage(item, reading);
    case 'reasoning':
      return [readReasoning(item, reading)];
    case 'function_call':
    case 'custom_tool_call':
      return [readCall(item, reading)];
    case 'image_generation_call':
      return [readImage(item, reading) ?? nativePart(item)];
    default:
      return [readServerCall(item, reading) ?? nativePart(item)];
  }
}
