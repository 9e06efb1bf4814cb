import type { ImagePart, NativePart, Part, TextPart, ToolCallPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { reasoningOf } from '../shared/carrier.ts';
import { sourceOfUrl } from '../shared/data-uri.ts';
import { given, type Json, record, records, string, text } from '../shared/read.ts';
import { signed } from './carried.ts';
import { cargoIn, OWN } from './carrier.ts';
import { invalid, needArray, needObject, needString, needText } from './check.ts';
import { citedBy, readCitation } from './citations.ts';
import { readDocument, readResultDocument } from './documents.ts';
import { asNative, FORMAT, others } from './wire.ts';

const MESSAGE: ReadonlySet<string> = new Set(['role', 'content']);
const ASSISTANT: ReadonlySet<string> = new Set(['role', 'content', 'tool_plan', 'tool_calls', 'citations']);
const TOOL: ReadonlySet<string> = new Set(['role', 'content', 'tool_call_id']);
const IMAGE: ReadonlySet<string> = new Set(['type', 'image_url']);

/** Content may be a string, which stands for one text block; null and absent are none. */
function blocksOf(content: unknown, param: string): Json[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return needArray(content, param).map((value, index) => {
    const block = needObject(value, `${param}.${index}`);
    const type = needString(block.type, `${param}.${index}.type`);
    if (type === 'text' || type === 'thinking') needString(block[type], `${param}.${index}.${type}`);
    return block;
  });
}

function imagePart(block: Json, param: string): ImagePart {
  const image = needObject(block.image_url, `${param}.image_url`);
  return {
    type: 'image',
    source: sourceOfUrl(needText(image.url, `${param}.image_url.url`), 'image/png'),
    ...given('detail', text(image.detail)),
    ...asNative(others(block, IMAGE)),
  };
}

const textPart = (block: Json): TextPart => ({ type: 'text', text: string(block.text) ?? '' });
const nativePart = (block: Json): NativePart => ({
  type: 'native',
  format: FORMAT,
  name: string(block.type) ?? 'part',
  value: block,
});

function userPart(block: Json, param: string): Part {
  if (block.type === 'text') return textPart(block);
  return block.type === 'image_url' ? imagePart(block, param) : nativePart(block);
}

function resultPart(block: Json): ToolResultPart['content'][number] {
  if (block.type === 'text') return textPart(block);
  return block.type === 'document' && record(block.document) !== undefined
    ? readResultDocument(block)
    : nativePart(block);
}

function callPart(value: unknown, param: string): ToolCallPart {
  const call = needObject(value, param);
  const called = needObject(call.function, `${param}.function`);
  return {
    type: 'tool-call',
    callId: needText(call.id, `${param}.id`),
    name: needText(called.name, `${param}.function.name`),
    input: text(called.arguments) ?? '{}',
  };
}

/** The parts of an answer that a client gives back: plan, content, then calls. */
function assistantParts(message: Json, param: string): Part[] {
  const parts: Part[] = [];
  const loose: Parameters<typeof signed>[1] = [];
  const plan = text(message.tool_plan);
  if (plan !== undefined) parts.push({ type: 'reasoning', text: plan, origin: OWN, ...asNative({ tool_plan: true }) });
  for (const block of blocksOf(message.content, `${param}.content`)) {
    const cargo = cargoIn(block);
    if (cargo === undefined) parts.push(assistantPart(block));
    else if (cargo.text === 'empty') parts.push(...signed([{ type: 'text', text: '' }], [{ at: 0, cargo }]));
    else if (cargo.callId !== undefined || cargo.text !== undefined) loose.push({ at: parts.length, cargo });
    else parts.push(reasoningOf(string(block.thinking) ?? '', cargo));
  }
  const calls = message.tool_calls ?? [];
  needArray(calls, `${param}.tool_calls`).forEach((call, index) => {
    parts.push(callPart(call, `${param}.tool_calls.${index}`));
  });
  return signed(cited(parts, message.citations), loose);
}

function assistantPart(block: Json): Part {
  if (block.type === 'text') return textPart(block);
  if (block.type === 'thinking') return { type: 'reasoning', text: string(block.thinking) ?? '', origin: OWN };
  return nativePart(block);
}

/** A client that sends the answer back as it came sends its citations too; each belongs to the block that it names, else to the first of its kind. */
function cited(parts: Part[], value: unknown): Part[] {
  for (const citation of records(value)) {
    const part = citedPart(parts, citation);
    if (part !== undefined) part.annotations = [...(part.annotations ?? []), readCitation(citation)];
  }
  return parts;
}

const isPlan = (part: Part): boolean => part.type === 'reasoning' && part.native?.[FORMAT]?.tool_plan === true;

/** The part that a citation of an answer is about; undefined when there is none of that kind. */
export function citedPart(parts: readonly Part[], citation: Json): Part | undefined {
  const where = citedBy(citation);
  if (where === 'plan') return parts.find(isPlan);
  const blocks = parts.filter((part) => part.type !== 'tool-call' && !isPlan(part));
  const named = typeof citation.content_index === 'number' ? blocks[citation.content_index] : undefined;
  const type = where === 'thinking' ? 'reasoning' : 'text';
  return named?.type === type ? named : blocks.find((part) => part.type === type);
}

/** Names of the calls so far, by id; results tell only the id. */
type CallNames = Map<string, string>;

function toolMessage(message: Json, param: string, names: CallNames): Message {
  const callId = needText(message.tool_call_id, `${param}.tool_call_id`);
  const content = blocksOf(message.content, `${param}.content`).map(resultPart);
  const result: ToolResultPart = { type: 'tool-result', callId, content, ...given('name', names.get(callId)) };
  return { role: 'tool', content: [result], ...asNative(others(message, TOOL)) };
}

function readMessage(value: unknown, param: string, names: CallNames): Message {
  const message = needObject(value, param);
  const { role } = message;
  if (role === 'tool') return toolMessage(message, param, names);
  if (role === 'assistant') {
    const content = assistantParts(message, param);
    for (const part of content) if (part.type === 'tool-call') names.set(part.callId, part.name);
    return { role, content, ...asNative(others(message, ASSISTANT)) };
  }
  if (role !== 'user' && role !== 'system') throw invalid(`${param}.role`, 'must be system, user, assistant or tool');
  const content = blocksOf(message.content, `${param}.content`).map((block, index) =>
    userPart(block, `${param}.content.${index}`),
  );
  return { role, content, ...asNative(others(message, MESSAGE)) };
}

/** The messages, with the request's documents at the beginning of the last one of the user. Throws RequestError `invalid_request`. */
export function readMessages(value: unknown, documents: unknown): Message[] {
  const names: CallNames = new Map();
  const list = needArray(value, 'messages');
  if (list.length === 0) throw invalid('messages', 'must not be empty');
  const messages = list.map((message, index) => readMessage(message, `messages.${index}`, names));
  if (documents === undefined || documents === null) return messages;
  const files = needArray(documents, 'documents').map((document, at) => readDocument(document, `documents.${at}`));
  const asked = messages.findLast(({ role }) => role === 'user');
  if (asked === undefined) messages.push({ role: 'user', content: files });
  else asked.content.unshift(...files);
  return messages;
}
