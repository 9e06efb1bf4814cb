import type { ErrorView } from '../neutral.ts';
import { count, filled, type Json, list, object, objects, text, wrong } from './json.ts';
import { openAiError } from './openai-answer.ts';
import { sseEvents } from './sse.ts';

/** One item on its way. */
interface Item {
  readonly id: string;
  readonly type: string;
  /** What was said of each part so far, by the kind and index of the part. */
  readonly pieces: Map<string, string>;
  /** Parts that were opened, and those that are over. */
  readonly open: Set<string>;
  done: Json | undefined;
}

/** Events of pieces and of their end: the member that holds the whole, and the index that tells parts apart. */
const WHOLES: Readonly<Record<string, readonly [member: string, index: string | undefined]>> = {
  output_text: ['text', 'content_index'],
  refusal: ['refusal', 'content_index'],
  reasoning_text: ['text', 'content_index'],
  reasoning_summary_text: ['text', 'summary_index'],
  function_call_arguments: ['arguments', undefined],
  custom_tool_call_input: ['input', undefined],
};

/** The stream of one response, strictly. Source: https://platform.openai.com/docs/api-reference/responses-streaming */
export function responsesStream(bytes: string): Json {
  const events = numbered(bytes);
  const [first, second] = events;
  if (first?.type !== 'response.created' || second?.type !== 'response.in_progress')
    wrong('stream', 'must begin with created and in_progress', events.slice(0, 2));
  const head = object(first.response, 'response');
  const items: Item[] = [];
  for (const event of events.slice(2, -1)) take(event, items);
  return ended(events.at(-1) ?? {}, head, items);
}

function numbered(bytes: string): Json[] {
  return sseEvents(bytes).map(({ event, data }, index) => {
    const body = object(JSON.parse(data), `event ${index}`);
    if (body.type !== event) wrong(`event ${index}`, 'must be named like its type', [event, body.type]);
    if (body.sequence_number !== index) wrong(`event ${index}`, 'must be numbered in order', body);
    return body;
  });
}

function ended(last: Json, head: Json, items: readonly Item[]): Json {
  const response = object(last.response, 'response');
  if (last.type !== `response.${response.status}`) wrong('stream', 'must end with the event of its status', last);
  if (last.type !== 'response.completed' && last.type !== 'response.incomplete') wrong('stream', 'must end well', last);
  for (const name of ['id', 'created_at', 'model', 'object'])
    if (response[name] !== head[name]) wrong(name, 'must be the same from first to last', [head[name], response[name]]);
  const output = objects(response.output, 'output');
  const said = items.map((item) => item.done ?? wrong('stream', 'has an item that never ended', item.id));
  if (JSON.stringify(said) !== JSON.stringify(output))
    wrong('output', 'must be the items that were done', { said, output });
  return response;
}

function take(event: Json, items: Item[]): void {
  const type = text(event.type, 'type').replace(/^response\./, '');
  if (type === 'output_item.added') return void added(event, items);
  const item = items[count(event.output_index, 'output_index')] ?? wrong('output_index', 'must be an item', event);
  if (item.done !== undefined) wrong('stream', 'says more of an item that is over', event);
  if (type === 'output_item.done') done(item, object(event.item, 'item'));
  else if (event.item_id === item.id) piece(type, event, item);
  else wrong('item_id', 'must be the one of its item', event);
}

function added(event: Json, items: Item[]): void {
  const item = object(event.item, 'item');
  if (event.output_index !== items.length) wrong('output_index', 'must be the next one', event);
  items.push({
    id: filled(item.id, 'id'),
    type: text(item.type, 'type'),
    pieces: new Map(),
    open: new Set(),
    done: undefined,
  });
}

function piece(type: string, event: Json, item: Item): void {
  if (type.endsWith('part.added')) return void item.open.add(placeOf(event));
  if (type === 'output_text.annotation.added') {
    if (!item.open.has(placeOf(event))) wrong('stream', 'cites in a part that is not open', event);
    return void object(event.annotation, 'annotation');
  }
  if (type.endsWith('part.done')) {
    if (!item.open.delete(placeOf(event))) wrong('stream', 'ends a part that is not open', event);
    return;
  }
  const [, kind = '', step = ''] =
    /^(.*)\.(delta|done)$/.exec(type) ?? wrong('type', 'must be one of the format', event);
  const [member, index] = WHOLES[kind] ?? wrong('type', 'must be one of the format', event);
  if (index !== undefined && !item.open.has(placeOf(event)))
    wrong('stream', 'speaks in a part that is not open', event);
  const key = `${kind} ${placeOf(event)}`;
  if (step === 'delta') item.pieces.set(key, (item.pieces.get(key) ?? '') + filled(event.delta, 'delta'));
  else if (event[member] !== (item.pieces.get(key) ?? '')) wrong(type, 'must be what its deltas said', event);
  if (kind === 'output_text') list(event.logprobs, 'logprobs');
}

const placeOf = (event: Json): string => String(event.summary_index ?? event.content_index ?? '');

function done(item: Item, whole: Json): void {
  if (whole.id !== item.id || whole.type !== item.type) wrong('item', 'must be the one that was added', whole);
  if (item.open.size > 0) wrong('stream', 'has a part that never ended', [...item.open]);
  item.done = whole;
  const said = [...item.pieces.values()].join('');
  if (said !== textOf(whole)) wrong('item', 'must be what its deltas said', { said, whole });
}

/** All that the pieces of an item tell. */
function textOf(item: Json): string {
  if (item.type === 'function_call') return text(item.arguments, 'arguments');
  if (item.type === 'custom_tool_call') return text(item.input, 'input');
  const parts = [...objects(item.summary ?? [], 'summary'), ...objects(item.content ?? [], 'content')];
  return parts.map((part) => text(part.text ?? part.refusal, 'text')).join('');
}

/** Events, then one error; no end of the response anywhere. */
export function responsesBrokenStream(bytes: string): ErrorView {
  const events = numbered(bytes);
  const last = events.at(-1) ?? wrong('stream', 'must have events');
  if (last.type !== 'error') wrong('stream', 'is broken and must say so', last);
  for (const event of events.slice(0, -1))
    if (/^(response\.(completed|incomplete|failed)|error)$/.test(String(event.type)))
      wrong('stream', 'is broken and must not end before', event);
  filled(last.message, 'message');
  return openAiError(last);
}
