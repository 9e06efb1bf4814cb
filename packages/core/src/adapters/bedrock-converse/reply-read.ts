import type { Fault } from '../../chat/fault.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { type Json, put, record, records, string } from '../shared/read.ts';
import { readBlock } from './blocks.ts';
import { inBandFault, isError } from './fault.ts';
import { type Memo, memoOf } from './rendering.ts';
import { readStop } from './stop.ts';
import { readUsage } from './usage.ts';
import { isObject, nativeOf, others } from './wire.ts';

/** The tool that stood for a response format: what it was called with is the answer. */
const isFormatCall = (part: Part, memo: Memo | undefined): boolean =>
  part.type === 'tool-call' && memo?.formatTool !== undefined && part.name === memo.formatTool;

/** A block of the answer, with the client's own name of the tool. */
export function answerPart(block: Json, origin: Origin, memo: Memo | undefined): Part {
  const part = readBlock(block, origin);
  if (part.type !== 'tool-call' || memo === undefined) return part;
  return isFormatCall(part, memo)
    ? { type: 'text', text: part.input }
    : { ...part, name: memo.names.original(part.name) };
}

/** The stop sequence, where it was asked for. Claude's own streams have it one level deeper. */
function stopSequenceIn(fields: unknown): string | undefined {
  if (!isObject(fields)) return undefined;
  return string(fields.stop_sequence) ?? string(record(fields.delta)?.stop_sequence);
}

const STOP: ReadonlySet<string> = new Set(['stop_sequence']);

/** The model's own fields of an answer, without the one that only we asked for. */
export function responseFields(fields: unknown, memo: Memo | undefined): Json {
  if (fields === undefined || fields === null) return {};
  const kept = memo?.askedStop === true && isObject(fields) ? others(fields, STOP) : fields;
  return isObject(kept) && Object.keys(kept).length === 0 ? {} : { additionalModelResponseFields: kept };
}

/** How the choice ended, from the members `stopReason` and `additionalModelResponseFields`. */
export function ending(
  wire: Json,
  calledTool: boolean,
  memo: Memo | undefined,
): Pick<Choice, 'stopReason' | 'stopSequence' | 'nativeStopReason'> {
  const word = string(wire.stopReason);
  const formatted = memo?.formatTool !== undefined && word === 'tool_use' && !calledTool;
  const ended: ReturnType<typeof ending> = readStop(formatted ? 'end_turn' : word, calledTool);
  put(ended, 'stopSequence', stopSequenceIn(wire.additionalModelResponseFields));
  return ended;
}

const READ: ReadonlySet<string> = new Set([
  'output',
  'stopReason',
  'usage',
  'additionalModelResponseFields',
  'serviceTier',
]);
const MESSAGE: ReadonlySet<string> = new Set(['role', 'content']);

/** What a `serviceTier` says. */
export const tierOf = (wire: unknown): string | undefined => (isObject(wire) ? string(wire.type) : undefined);

/** An answer as a reply. A body of another form is a fault, and an error with status 200 is one as well. */
export function parse(body: unknown, call: UpstreamCall): ChatReply | Fault {
  if (!isObject(body)) return { kind: 'invalid-response', message: 'The provider did not answer with a message.' };
  if (isError(body)) return inBandFault(body);
  const message = record(record(body.output)?.message);
  if (message === undefined || !Array.isArray(message.content))
    return { kind: 'invalid-response', message: 'The provider answered without a message.' };
  const origin = originOf(call.target);
  const memo = memoOf(call);
  const content = records(message.content).map((block) => answerPart(block, origin, memo));
  const calledTool = content.some(({ type }) => type === 'tool-call');
  const choice: Choice = { content, ...ending(body, calledTool, memo) };
  put(choice, 'native', nativeOf(others(message, MESSAGE)));
  const reply: ChatReply = { choices: [choice] };
  const tier = tierOf(body.serviceTier);
  put(reply, 'usage', readUsage(body.usage, tier));
  put(reply, 'serviceTier', tier);
  put(
    reply,
    'native',
    nativeOf({ ...others(body, READ), ...responseFields(body.additionalModelResponseFields, memo) }),
  );
  return reply;
}
