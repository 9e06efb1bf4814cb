import type { Part, ReasoningPart, RefusalPart, TextPart, ToolCallPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { nameOf } from '../openai-chat/render-content.ts';
import { isOwn } from '../shared/origin.ts';
import { given, type Json, record } from '../shared/read.ts';
import { contentOf, inputPart, kept, reportCache } from './content-write.ts';
import { reasoningBody, sameItem } from './items-write.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeOf, rest } from './wire.ts';

const MARK: ReadonlySet<string> = new Set(['instructions']);

/** `instructions` of a client that wrote them so, and all else as items. */
export function writeInput(
  messages: readonly Message[],
  rendering: Rendering,
): { instructions?: string; input: Json[] } {
  const [first, ...others] = messages;
  const [words] = first?.content ?? [];
  if (first === undefined || nativeOf(first).instructions !== true || words?.type !== 'text')
    return { input: messages.flatMap((message) => itemsOf(message, rendering)) };
  return { instructions: words.text, input: others.flatMap((message) => itemsOf(message, rendering)) };
}

function itemsOf(message: Message, rendering: Rendering): Json[] {
  if (message.name !== undefined) rendering.dropped.add('name');
  if (message.role === 'assistant' && message.content.length > 0) return modelItems(message.content, rendering);
  const items: Json[] = [];
  const spoken: Part[] = [];
  for (const part of message.content) {
    if (part.type === 'tool-result') items.push(result(part, rendering));
    else if (isItem(part)) items.push(part.value);
    else spoken.push(part);
  }
  if (spoken.length === 0 && message.content.length > 0) return items;
  const content = contentOf(listed(spoken, rendering));
  return [...items, { ...rest(nativeOf(message), MARK), role: message.role, content }];
}

const listed = (parts: readonly Part[], rendering: Rendering): Json[] =>
  parts.map((part) => inputPart(part, rendering)).filter((entry) => entry !== undefined);

/** What a part of a list of content is called; any other native part of this format is an item. */
const CONTENT = /^(?:input|output)_/;
const isItem = (part: Part): part is Part & { type: 'native'; value: Json } =>
  part.type === 'native' && part.format === FORMAT && !CONTENT.test(part.name) && record(part.value) !== undefined;

function result(part: ToolResultPart, rendering: Rendering): Json {
  if (part.isError === true) rendering.dropped.add('tool_result.is_error');
  reportCache(part, rendering);
  const type = rendering.custom.has(part.callId) ? 'custom_tool_call_output' : 'function_call_output';
  const output = contentOf(listed(part.content, rendering));
  return { ...nativeOf(part), type, call_id: rendering.ids.wire(part.callId), output };
}

/** What the model said and did, in its order. Texts of one message stay in one. */
function modelItems(parts: readonly Part[], rendering: Rendering): Json[] {
  const items: Json[] = [];
  let open: { first: Part; content: Json[] } | undefined;
  for (const part of parts) {
    if (part.type !== 'text' && part.type !== 'refusal') {
      open = undefined;
      items.push(...modelItem(part, rendering));
      continue;
    }
    const entry = said(part, rendering);
    if (open !== undefined && sameItem(open.first, part)) {
      open.content.push(entry);
      continue;
    }
    open = { first: part, content: [entry] };
    items.push({
      ...own(part, rendering),
      ...record(nativeOf(part).message),
      role: 'assistant',
      content: open.content,
    });
  }
  return items;
}

/** The id of an item goes back to who gave it. */
const own = (part: Part, rendering: Rendering): Json =>
  part.id !== undefined && part.origin !== undefined && isOwn(part.origin, rendering.target) ? { id: part.id } : {};

function said(part: TextPart | RefusalPart, rendering: Rendering): Json {
  if (part.signature !== undefined) rendering.dropped.add('reasoning.signature');
  reportCache(part, rendering);
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  const annotations = (part.annotations ?? []).flatMap((annotation) => record(annotation.native?.[FORMAT]) ?? []);
  if (annotations.length < (part.annotations ?? []).length) rendering.dropped.add('annotations');
  return { ...kept(part), type: 'output_text', text: part.text, ...(annotations.length === 0 ? {} : { annotations }) };
}

function modelItem(part: Part, rendering: Rendering): Json[] {
  switch (part.type) {
    case 'reasoning':
      return reasoning(part, rendering);
    case 'tool-call':
      return [call(part, rendering)];
    case 'native':
      if (isItem(part)) return [part.value];
      break;
    case 'server-tool-call':
    case 'image': {
      const item = ownItem(part, rendering);
      if (item !== undefined) return [item];
    }
  }
  rendering.dropped.add(nameOf(part));
  return [];
}

/** An item of a built-in tool, back to the provider that ran it. */
function ownItem(part: Part, rendering: Rendering): Json | undefined {
  const item = nativeOf(part);
  if (typeof item.type !== 'string' || !isOwn(part.origin ?? { format: FORMAT }, rendering.target)) return undefined;
  return part.type === 'image' && part.source.kind === 'base64' ? { ...item, result: part.source.data } : item;
}

function call(part: ToolCallPart, rendering: Rendering): Json {
  if (part.signature !== undefined) rendering.dropped.add('reasoning.signature');
  reportCache(part, rendering);
  const named = { call_id: rendering.ids.wire(part.callId), name: rendering.names.wire(part.name) };
  const shared = { ...own(part, rendering), ...nativeOf(part) };
  return part.custom === true
    ? { ...shared, type: 'custom_tool_call', ...named, input: part.input }
    : { ...shared, type: 'function_call', ...named, arguments: part.input };
}

/** Reasoning goes back to who made it, as an item with its id or its encrypted content. Words alone have no form in this API. */
function reasoning(part: ReasoningPart, rendering: Rendering): Json[] {
  const restorable = part.encrypted !== undefined || part.id !== undefined;
  if (restorable && isOwn(part.origin, rendering.target)) {
    const id = given('id', part.id);
    return [{ type: 'reasoning', ...id, ...reasoningBody(part), ...given('encrypted_content', part.encrypted) }];
  }
  rendering.dropped.add('reasoning');
  return [];
}
