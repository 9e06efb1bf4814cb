import type { Fault } from '../../chat/fault.ts';
import type { Part, ToolCallPart } from '../../chat/parts.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { Exchange, UpstreamCall } from '../adapter.ts';
import { secondsOf } from '../shared/iso-time.ts';
import { originOf } from '../shared/origin.ts';
import { given, type Json, record, records, string, strings, text } from '../shared/read.ts';
import { readDone } from './done.ts';
import { faultIn } from './fault.ts';
import { readImage } from './images.ts';
import { readLogprobs } from './logprobs.ts';
import { inputOf } from './server-messages.ts';
import { readUsage } from './usage.ts';
import { native, rest } from './wire.ts';

/** Members of an answer or line that have a place in the canonical model. */
export const REPLY_FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'created_at', 'message', 'response', 'thinking', 'tool_calls', 'images', 'done', 'done_reason'],
  ...['prompt_eval_count', 'eval_count', 'logprobs', 'error', 'context'],
]);

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** What an answer or line says: `/api/chat` in `message`, `/api/generate` at the top. undefined: it says nothing. */
export function messageIn(body: Json): Json | undefined {
  const message = record(body['message']);
  if (message !== undefined) return message;
  const words = string(body['response']);
  return words === undefined ? undefined : { ...body, content: words };
}

/** A call of an answer; undefined when it names no tool. */
export function readCall(call: Json, newId: (prefix: string) => string): ToolCallPart | undefined {
  const called = record(call['function']);
  const name = text(called?.['name']);
  if (name === undefined) return undefined;
  return {
    type: 'tool-call',
    callId: text(call['id']) ?? newId('call_'),
    name,
    input: inputOf(called?.['arguments']),
  };
}

/** A whole answer in the canonical model, or the fault that it holds. Throws nothing. */
export function parse(value: unknown, call: UpstreamCall, exchange: Exchange): ChatReply | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no JSON object.');
  const broken = faultIn(body);
  if (broken !== undefined) return broken;
  const message = messageIn(body);
  if (message === undefined) return invalid('The provider answered without a message.');
  if (body['done'] === false) return { kind: 'incomplete', message: 'The provider gave a part of its answer only.' };
  const content = readParts(message, call, exchange);
  const logprobs = readLogprobs(body['logprobs']);
  return {
    ...given('model', text(body['model'])),
    ...given('created', secondsOf(text(body['created_at']) ?? '')),
    choices: [
      {
        content,
        ...readDone(
          text(body['done_reason']),
          content.some((part) => part.type === 'tool-call'),
        ),
        ...given('logprobs', logprobs && { content: logprobs }),
      },
    ],
    ...given('usage', readUsage(body)),
    ...given('native', native(rest(body, REPLY_FIELDS))),
  };
}

function readParts(message: Json, call: UpstreamCall, exchange: Exchange): Part[] {
  const origin = originOf(call.target);
  const thinking = text(message['thinking']);
  const words = text(message['content']);
  return [
    ...(thinking === undefined ? [] : [{ type: 'reasoning' as const, text: thinking, origin }]),
    ...(words === undefined ? [] : [{ type: 'text' as const, text: words }]),
    ...(strings(message['images']) ?? []).map((data) => ({ ...readImage(data), origin })),
    ...records(message['tool_calls']).flatMap((item) => readCall(item, (prefix) => exchange.newId(prefix)) ?? []),
  ];
}
