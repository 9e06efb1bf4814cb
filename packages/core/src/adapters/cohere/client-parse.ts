import type { Fault } from '../../chat/fault.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { array, type Json, put, record, records, string } from '../shared/read.ts';
import type { Names } from '../shared/tool-names.ts';
import { readCitation } from './citations.ts';
import { errorIn } from './fault.ts';
import { readLogprobs } from './logprobs.ts';
import { citedPart } from './server-messages.ts';
import { callsTool, failureOf, readStop } from './stop.ts';
import { readUsage } from './usage.ts';
import { asNative, FORMAT } from './wire.ts';

/** The notes of `render`. */
export interface Memo {
  /** Undoes the renames of tools. */
  readonly names: Names;
}

/** The notes of `render`; undefined for a call that was passed through. */
export function memoOf(call: UpstreamCall): Memo | undefined {
  const memo = record(call.memo);
  return memo !== undefined && 'names' in memo ? (memo as unknown as Memo) : undefined;
}

/** The plan before calls of tools: thinking that has a place of its own. */
export const planPart = (text: string, origin: Origin): Part => ({
  type: 'reasoning',
  text,
  origin,
  ...asNative({ tool_plan: true }),
});

/** A block of content; its text may be empty at the start of a stream. */
export function blockPart(block: Json, origin: Origin): Part {
  if (block.type === 'thinking') return { type: 'reasoning', text: string(block.thinking) ?? '', origin };
  if (block.type === 'text' || block.type === undefined) return { type: 'text', text: string(block.text) ?? '' };
  return { type: 'native', format: FORMAT, name: string(block.type) ?? 'content', value: block };
}

/** A call of a tool without its input, with the client's own name of the tool. `fallback`: an id for a call that has none. */
export function callPart(call: Json, memo: Memo | undefined, fallback: () => string): Part & { type: 'tool-call' } {
  const name = string(record(call.function)?.name) ?? '';
  const id = string(call.id) ?? '';
  return {
    type: 'tool-call',
    callId: id === '' ? fallback() : id,
    name: memo?.names.original(name) ?? name,
    input: '',
  };
}

/** Arguments as JSON text: models write `null` for none. */
function inputOf(value: unknown): string {
  const input = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return input.trim() === '' || input.trim() === 'null' ? '{}' : input;
}

function contentOf(message: Json, call: UpstreamCall, fallback: () => string): Part[] {
  const origin = originOf(call.target);
  const memo = memoOf(call);
  const plan = string(message.tool_plan) ?? '';
  const text = string(message.content);
  const blocks = text === undefined ? records(message.content) : text === '' ? [] : [{ type: 'text', text }];
  const parts: Part[] = [
    ...(plan === '' ? [] : [planPart(plan, origin)]),
    ...blocks.map((block) => blockPart(block, origin)),
    ...records(message.tool_calls).map((one) => ({
      ...callPart(one, memo, fallback),
      input: inputOf(record(one.function)?.arguments),
    })),
  ];
  for (const citation of records(message.citations)) {
    const part = citedPart(parts, citation);
    if (part !== undefined) part.annotations = [...(part.annotations ?? []), readCitation(citation)];
  }
  return parts;
}

function choiceOf(body: Json, content: Part[]): Choice {
  const choice: Choice = { content, ...readStop(string(body.finish_reason), callsTool(content)) };
  const logprobs = readLogprobs(array(body.logprobs));
  if (logprobs !== undefined) {
    choice.logprobs = { content: logprobs };
    choice.native = { [FORMAT]: { logprobs: body.logprobs } };
  }
  return choice;
}

/** An answer of the chat API as a reply. A body of another form is a fault, and so is one that says that it failed. */
export function parse(
  value: unknown,
  call: UpstreamCall,
  exchange: { newId(prefix: string): string },
): ChatReply | Fault {
  const body = record(value);
  if (body === undefined) return { kind: 'invalid-response', message: 'The provider did not answer with an object.' };
  const fault = bodyFault(body);
  if (fault !== undefined) return fault;
  const content = contentOf(record(body.message) ?? {}, call, () => exchange.newId('call_'));
  const reply: ChatReply = { choices: [choiceOf(body, content)] };
  put(reply, 'id', string(body.id));
  put(reply, 'usage', readUsage(body.usage));
  if (record(body.usage) !== undefined) reply.native = { [FORMAT]: { usage: body.usage } };
  return reply;
}

/** What is wrong with an answer as a whole; undefined for a good one. */
export function bodyFault(body: Json): Fault | undefined {
  const error = errorIn(body) ?? failureOf(string(body.finish_reason), string(body.error));
  if (error !== undefined) return error;
  return record(body.message) === undefined
    ? { kind: 'invalid-response', message: 'The provider answered without a message.' }
    : undefined;
}
