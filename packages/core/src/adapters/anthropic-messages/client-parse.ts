import type { Fault } from '../../chat/fault.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { isEmpty, type Json, put, record, records, string } from '../shared/read.ts';
import { readBlock } from './blocks.ts';
import { inBandFault, isError } from './fault.ts';
import type { Memo } from './rendering.ts';
import { callsTool, readStop } from './stop.ts';
import { readUsage, usageExtras } from './usage.ts';
import { FORMAT, isObject, nativeOf, others } from './wire.ts';

/** The notes of `render`; undefined for a call that was passed through. */
export function memoOf(call: UpstreamCall): Memo | undefined {
  const memo = call.memo;
  return isObject(memo) && 'names' in memo && 'ids' in memo ? (memo as unknown as Memo) : undefined;
}

/** A block of the answer, with the client's own name of the tool. */
export function answerPart(block: Json, origin: Origin, memo: Memo | undefined): Part {
  const part = readBlock(block, origin);
  if (part.type === 'tool-call' && memo !== undefined) return { ...part, name: memo.names.original(part.name) };
  return part;
}

/** Members of a message that are read one by one; the rest (container, context_management …) is kept. */
const READ: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'usage',
]);

/** Of the message and of its usage, what the chat model has no name for. */
export function messageExtras(message: Json): Json {
  const extras = others(message, READ);
  const usage = usageExtras(message.usage);
  if (!isEmpty(usage)) extras.usage = usage;
  return extras;
}

/** How the choice ended: reason, sequence, and the vendor's details of a refusal. */
export function ending(
  delta: Json,
  calledTool: boolean,
): Pick<Choice, 'stopReason' | 'stopSequence' | 'nativeStopReason' | 'native'> {
  const ended: ReturnType<typeof ending> = readStop(string(delta.stop_reason), calledTool);
  const details = record(delta.stop_details);
  put(ended, 'stopSequence', string(delta.stop_sequence));
  if (details !== undefined) ended.native = { [FORMAT]: { stop_details: details } };
  return ended;
}

/** A message of the API as a reply. A body of another form is a fault, and an error envelope with status 200 is one as well. */
export function parse(body: unknown, call: UpstreamCall): ChatReply | Fault {
  if (!isObject(body)) return { kind: 'invalid-response', message: 'The provider did not answer with a message.' };
  if (isError(body)) return inBandFault(body);
  if (!Array.isArray(body.content))
    return { kind: 'invalid-response', message: 'The provider answered with a message that has no content.' };
  const origin = originOf(call.target);
  const memo = memoOf(call);
  const content = records(body.content).map((block) => answerPart(block, origin, memo));
  const reply: ChatReply = { choices: [{ content, ...ending(body, callsTool(content)) }] };
  const usage = readUsage(body.usage);
  put(reply, 'id', string(body.id));
  put(reply, 'model', string(body.model));
  put(reply, 'usage', usage);
  put(reply, 'serviceTier', usage?.serviceTier);
  put(reply, 'native', nativeOf(messageExtras(body)));
  return reply;
}
