import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { isEmpty, type Json, put } from '../shared/read.ts';
import { replyBlocks } from './reply-blocks.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { isObject, nativeFields, others } from './wire.ts';

const FIELDS: ReadonlySet<string> = new Set(['additionalModelResponseFields']);
const METRICS = { latencyMs: 0 };

/** The model's own fields of an answer: what it said itself, and the stop sequence, which has no other place. */
export function modelFields(native: Record<string, Json> | undefined, stopSequence: string | undefined): Json {
  const told = nativeFields(native).additionalModelResponseFields;
  const fields: Json = isObject(told) ? { ...told } : {};
  put(fields, 'stop_sequence', stopSequence);
  return isEmpty(fields) ? {} : { additionalModelResponseFields: fields };
}

/** Every tier that the API names. */
const TIERS: Readonly<Record<string, string>> = {
  default: 'default',
  standard: 'default',
  standard_only: 'default',
  priority: 'priority',
  flex: 'flex',
  reserved: 'reserved',
};

/** `serviceTier`, where the API knows it. */
export function tierField(tier: string | undefined): Json {
  const type = tier !== undefined && Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  return type === undefined ? {} : { serviceTier: { type } };
}

/** What is told of the call beside the message: metrics, trace and the like. Clients read `metrics` unasked. */
export const callFields = (native: Record<string, Json> | undefined): Json => ({
  metrics: METRICS,
  ...others(nativeFields(native), FIELDS),
});

const EMPTY: Choice = { content: [], stopReason: 'stop' };

/** A reply as the API's. It has one answer: others are dropped and reported. */
export function render(reply: ChatReply, _exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped: string[] = [];
  const choice = reply.choices[0] ?? EMPTY;
  for (let index = 1; index < reply.choices.length; index++) dropped.push(`choices.${index}`);
  if (choice.logprobs !== undefined) dropped.push('logprobs');
  const content = choice.content.flatMap((part, index) => replyBlocks(part, `content.${index}`, dropped));
  const body = {
    output: { message: { role: 'assistant', content, ...nativeFields(choice.native) } },
    stopReason: writeStop(choice.stopReason, choice.nativeStopReason),
    ...modelFields(reply.native, choice.stopSequence),
    usage: writeUsage(reply.usage),
    ...callFields(reply.native),
    ...tierField(reply.serviceTier),
  };
  return { body, dropped };
}
