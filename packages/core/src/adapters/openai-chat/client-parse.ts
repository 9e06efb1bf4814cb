import type { Fault } from '../../chat/fault.ts';
import type { Annotation } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange, UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { array, count, given, type Json, record, text } from '../shared/read.ts';
import { sourcesOf } from './annotations.ts';
import { memoOf } from './call.ts';
import { errorIn, faultOf } from './fault.ts';
import { BROKEN_WORDS, derivedFrom, stopReasonOf } from './finish.ts';
import { type Reading, readLogprobs, readMessage } from './message-read.ts';
import { readUsage } from './usage.ts';
import { native, rest } from './wire.ts';

/** Members of an answer that have a place in the canonical model, or none worth keeping. */
export const REPLY_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
  'obfuscation',
]);
/** Those of a choice, whole or streamed. */
export const CHOICE_FIELDS: ReadonlySet<string> = new Set([
  'index',
  'message',
  'delta',
  'finish_reason',
  'native_finish_reason',
  'logprobs',
  'usage',
  'error',
  'stop_reason',
]);
/** Those of a message or delta. */
export const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'annotations',
  'audio',
  'images',
  'tool_calls',
  'function_call',
  'name',
  'index',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'thinking_blocks',
]);

/** What reading this call's answer needs to know. */
export function readingOf(call: UpstreamCall, exchange: Exchange): Reading {
  const { names, audioFormat } = memoOf(call);
  return {
    origin: originOf(call.target),
    audioFormat: audioFormat ?? 'wav',
    toolName: (name) => names?.original(name) ?? name,
    newId: (prefix) => exchange.newId(prefix),
  };
}

/** Usage of an answer: at the top, in the vendor's own corner, or in a choice. Source: https://console.groq.com/docs/api-reference (x_groq) */
export function usageIn(body: Json): ReturnType<typeof readUsage> {
  const usage = told(body);
  const tier = text(body['service_tier']);
  // What was read just now is nobody else's yet.
  if (usage !== undefined && tier !== undefined) usage.serviceTier = tier;
  return usage;
}

function told(body: Json): ReturnType<typeof readUsage> {
  const direct = readUsage(body['usage']);
  if (direct !== undefined) return direct;
  return readUsage(record(body['x_groq'])?.['usage']) ?? readUsage(record(array(body['choices'])?.[0])?.['usage']);
}

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** The provider's error inside a good answer: of the whole, of a choice, or told by the reason why it ended. */
export function faultIn(body: Json): Fault | undefined {
  if (errorIn(body)) return faultOf(body, undefined);
  for (const value of array(body['choices']) ?? []) {
    const choice = record(value);
    if (choice === undefined) continue;
    if (record(choice['error']) !== undefined) return faultOf(choice, undefined);
    const reason = choice['finish_reason'];
    if (typeof reason === 'string' && BROKEN_WORDS.has(reason)) return brokeOff(reason);
  }
  return undefined;
}

const brokeOff = (reason: string): Fault => ({
  kind: 'overloaded',
  message: `The provider broke off its answer: ${reason}.`,
  code: reason,
});

/** A whole answer in the canonical model, or the fault that it holds. Throws nothing. */
export function parse(value: unknown, call: UpstreamCall, exchange: Exchange): ChatReply | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no chat completion.');
  const broken = faultIn(body);
  if (broken !== undefined) return broken;
  const choices = array(body['choices']);
  if (choices === undefined || choices.length === 0) return invalid('The provider answered without any choice.');
  const reading = readingOf(call, exchange);
  const unnamed = rest(body, REPLY_FIELDS);
  const sources = sourcesOf(unnamed);
  return {
    ...given('id', text(body['id'])),
    ...given('model', text(body['model'])),
    ...given('created', count(body['created'])),
    choices: choices.map((choice) => cited(readChoice(record(choice) ?? {}, reading), sources)),
    ...given('usage', usageIn(body)),
    ...given('serviceTier', text(body['service_tier'])),
    ...given('systemFingerprint', text(body['system_fingerprint'])),
    ...given('native', native(unnamed)),
  };
}

/** The sources of an answer belong to its last text, unless the text has citations of its own. */
function cited(choice: Choice, sources: Annotation[]): Choice {
  const last = choice.content.at(-1);
  if (sources.length === 0 || last?.type !== 'text' || last.annotations !== undefined) return choice;
  return { ...choice, content: [...choice.content.slice(0, -1), { ...last, annotations: sources }] };
}

function readChoice(choice: Json, reading: Reading): Choice {
  const message = record(choice['message']) ?? {};
  const content = readMessage(message, reading);
  const word = text(choice['finish_reason']);
  const unnamed = rest(message, MESSAGE_FIELDS);
  const kept = { ...rest(choice, CHOICE_FIELDS), ...(Object.keys(unnamed).length === 0 ? {} : { message: unnamed }) };
  return {
    content,
    stopReason: derivedFrom(stopReasonOf(word), content),
    ...stopSequence(choice),
    ...given('nativeStopReason', text(choice['native_finish_reason']) ?? oddWord(word)),
    ...given('logprobs', readLogprobs(choice['logprobs'])),
    ...given('native', native(kept)),
  };
}

const USUAL: ReadonlySet<string> = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

/** The vendor's word where OpenAI's schema has no such word. */
export function oddWord(word: string | undefined): string | undefined {
  return word === undefined || USUAL.has(word) ? undefined : word;
}

/** The sequence that stopped a choice, where the server tells it. Source: https://docs.vllm.ai (stop_reason of a choice) */
export function stopSequence(choice: Json): { stopSequence?: string } {
  return given('stopSequence', text(choice['stop_reason']));
}
