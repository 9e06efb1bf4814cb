import type { ErrorView } from '../neutral.ts';
import { anthropicError } from './anthropic-answer.ts';
import { count, type Json, object, text, wrong } from './json.ts';
import { type SseEvent, sseEvents } from './sse.ts';

type Open = { [name: string]: unknown };

/** The message under way. */
interface Gathered {
  message: Open | undefined;
  readonly blocks: Open[];
  open: { readonly block: Open; input: string; sealed: boolean } | undefined;
  ended: boolean;
  over: boolean;
}

/**
 * The events of a message. Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming: message_start; blocks strictly one after
 * the other, each with start, deltas of its kind, stop; message_delta with the stop reason; message_stop. Pings anywhere.
 */
export function anthropicStream(bytes: string): Json {
  const gathered = gather(sseEvents(bytes));
  const { message, blocks } = gathered;
  if (message === undefined || !gathered.ended || !gathered.over)
    wrong('stream', 'must have message_start, message_delta and message_stop');
  return { ...message, content: blocks };
}

function gather(events: readonly SseEvent[]): Gathered {
  const gathered: Gathered = { message: undefined, blocks: [], open: undefined, ended: false, over: false };
  for (const [index, { event, data }] of events.entries()) {
    const at = `event ${index} (${event})`;
    const body = object(JSON.parse(data), at);
    if (event === undefined || body.type !== event) wrong(at, 'must be named as its data', body);
    if (gathered.over) wrong(at, 'must not follow message_stop');
    if (event === 'ping') continue;
    if (event === 'message_start') start(gathered, body, at);
    else if (gathered.message === undefined) wrong(at, 'must follow message_start');
    else step(gathered, event, body, at);
  }
  return gathered;
}

function start(gathered: Gathered, body: Json, at: string): void {
  if (gathered.message !== undefined) wrong(at, 'must be the only one');
  const message = object(body.message, `${at}.message`);
  if (JSON.stringify(message.content) !== '[]') wrong(`${at}.content`, 'must be empty', message);
  if (message.stop_reason !== null || message.stop_sequence !== null) wrong(at, 'must not know how it ends', message);
  const usage = object(message.usage, `${at}.usage`);
  count(usage.input_tokens, `${at}.input_tokens`);
  count(usage.output_tokens, `${at}.output_tokens`);
  gathered.message = { ...message };
}

function step(gathered: Gathered, event: string, body: Json, at: string): void {
  if (gathered.ended && event !== 'message_stop') wrong(at, 'must not follow message_delta', event);
  switch (event) {
    case 'content_block_start':
      blockStart(gathered, body, at);
      break;
    case 'content_block_delta':
      blockDelta(gathered, body, at);
      break;
    case 'content_block_stop':
      blockStop(gathered, body, at);
      break;
    case 'message_delta':
      messageDelta(gathered, body, at);
      break;
    case 'message_stop':
      if (!gathered.ended) wrong(at, 'must follow message_delta');
      gathered.over = true;
      break;
    default:
      wrong(at, 'is no event of the format');
  }
}

function blockStart(gathered: Gathered, body: Json, at: string): void {
  if (gathered.open !== undefined) wrong(at, 'must wait for the block before it to stop');
  if (body.index !== gathered.blocks.length) wrong(`${at}.index`, `must be ${gathered.blocks.length}`, body);
  const block = { ...object(body.content_block, `${at}.content_block`) };
  if (block.type === 'text' && block.text !== '') wrong(`${at}.text`, 'must begin empty', block);
  if (block.type === 'thinking' && block.thinking !== '') wrong(`${at}.thinking`, 'must begin empty', block);
  if (block.type === 'tool_use' && JSON.stringify(block.input) !== '{}')
    wrong(`${at}.input`, 'must begin empty', block);
  gathered.blocks.push(block);
  gathered.open = { block, input: '', sealed: false };
}

const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  server_tool_use: ['input_json_delta'],
};

function openBlock(gathered: Gathered, body: Json, at: string): NonNullable<Gathered['open']> {
  const isLast = body.index === gathered.blocks.length - 1;
  return (isLast ? gathered.open : undefined) ?? wrong(at, 'must belong to the open block', body);
}

function blockDelta(gathered: Gathered, body: Json, at: string): void {
  const open = openBlock(gathered, body, at);
  const delta = object(body.delta, `${at}.delta`);
  const { block } = open;
  if (!(DELTAS[String(block.type)] ?? []).includes(String(delta.type)))
    wrong(at, `is no delta of a ${String(block.type)} block`, delta);
  if (open.sealed) wrong(at, 'must not follow the signature');
  if (delta.type === 'text_delta') block.text = `${block.text}${text(delta.text, at)}`;
  else if (delta.type === 'thinking_delta') block.thinking = `${block.thinking}${text(delta.thinking, at)}`;
  else if (delta.type === 'input_json_delta') open.input += text(delta.partial_json, at);
  else if (delta.type === 'citations_delta')
    block.citations = [...((block.citations as unknown[] | undefined) ?? []), object(delta.citation, at)];
  else {
    block.signature = text(delta.signature, at);
    open.sealed = true;
  }
}

function blockStop(gathered: Gathered, body: Json, at: string): void {
  const open = openBlock(gathered, body, at);
  gathered.open = undefined;
  if (open.input === '') return;
  // The token limit may cut the arguments: such a call can't be run, and the stop reason says so.
  open.block.input = parsedOr(open.input);
}

function parsedOr(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return { cut: written };
  }
}

function messageDelta(gathered: Gathered, body: Json, at: string): void {
  if (gathered.open !== undefined) wrong(at, 'must wait for the block before it to stop');
  const delta = object(body.delta, `${at}.delta`);
  text(delta.stop_reason, `${at}.stop_reason`);
  const usage = object(body.usage, `${at}.usage`);
  count(usage.output_tokens, `${at}.output_tokens`);
  const before = object(gathered.message?.usage, 'usage');
  gathered.message = { ...gathered.message, ...delta, usage: { ...before, ...usage } };
  gathered.ended = true;
}

/** Events, then one error; no message_delta and no message_stop anywhere. */
export function anthropicBrokenStream(bytes: string): ErrorView {
  const events = sseEvents(bytes);
  const last = events.at(-1) ?? wrong('stream', 'must have events');
  if (last.event !== 'error') wrong('stream', 'is broken and must end with an error', last);
  const { ended, over } = gather(events.slice(0, -1));
  if (ended || over) wrong('stream', 'is broken and must not say that it finished');
  return anthropicError(JSON.parse(last.data));
}
