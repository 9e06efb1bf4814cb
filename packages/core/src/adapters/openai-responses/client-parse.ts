import type { Fault } from '../../chat/fault.ts';
import type { Part } from '../../chat/parts.ts';
import type { ChatReply, TokenLogprob } from '../../chat/reply.ts';
import type { Exchange, UpstreamCall } from '../adapter.ts';
import { readLogprobs } from '../openai-chat/message-read.ts';
import { originOf } from '../shared/origin.ts';
import { count, given, type Json, records, text } from '../shared/read.ts';
import { memoOf } from './call.ts';
import { noResponse } from './fault.ts';
import { type Reading, readOutputItem } from './items-read.ts';
import { stopOf } from './stop.ts';
import { usageOf } from './usage.ts';

/** What reading this call's answer needs to know. */
export function readingOf(call: UpstreamCall, exchange: Exchange): Reading {
  const { names } = memoOf(call);
  return {
    origin: originOf(call.target),
    toolName: (name) => names?.original(name) ?? name,
    newId: (prefix) => exchange.newId(prefix),
  };
}

/** What a response tells of itself besides its output. */
export function headOf(response: Json): Pick<ChatReply, 'id' | 'model' | 'created' | 'serviceTier'> {
  return {
    ...given('id', text(response.id)),
    ...given('model', text(response.model)),
    ...given('created', count(response.created_at)),
    ...given('serviceTier', text(response.service_tier)),
  };
}

/** Log probabilities of the words of an answer. */
function logprobsIn(output: readonly Json[]): TokenLogprob[] | undefined {
  const entries = output.flatMap((item) => (item.type === 'message' ? records(item.content) : [])).flatMap(logprobsOf);
  return entries.length === 0 ? undefined : entries;
}

/** Log probabilities of one text. */
export const logprobsOf = (entry: Json): TokenLogprob[] => readLogprobs({ content: entry.logprobs })?.content ?? [];

/** A whole answer in the canonical model, or the fault that it holds. Throws nothing. */
export function parse(value: unknown, call: UpstreamCall, exchange: Exchange): ChatReply | Fault {
  const fault = noResponse(value);
  if (fault !== undefined) return fault;
  const response = value as Json;
  const reading = readingOf(call, exchange);
  const output = records(response.output);
  const content: Part[] = output.flatMap((item) => readOutputItem(item, reading));
  const logprobs = logprobsIn(output);
  return {
    ...headOf(response),
    choices: [{ content, ...stopOf(response, content), ...given('logprobs', logprobs && { content: logprobs }) }],
    ...given('usage', usageOf(response)),
  };
}
