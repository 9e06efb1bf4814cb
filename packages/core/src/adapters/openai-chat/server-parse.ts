import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import { readProviderOptions } from '../options/check.ts';
import {
  boolean,
  count,
  given,
  isEmpty,
  type Json,
  number,
  put,
  record,
  string,
  strings,
  text,
} from '../shared/read.ts';
import { cachePoint, refuse } from './parse-content.ts';
import { parseMessages } from './parse-messages.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
import { REASONING_FIELDS, readReasoning } from './reasoning-options.ts';
import { FORMAT, rest } from './wire.ts';

/**
 * Takes a member that is neither null nor absent into the request; false when it has the wrong type: then it is left for the provider to judge,
 * goes on to a target of this format and is reported for any other.
 */
type Take = (value: unknown, request: ChatRequest, body: Json) => boolean;

/** A member that has one place in the canonical model. */
function into<Key extends keyof ChatRequest>(key: Key, read: (value: unknown) => ChatRequest[Key] | undefined): Take {
  return (value, request) => {
    const found = read(value);
    put(request, key, found);
    return found !== undefined;
  };
}

const asUser = into('user', string);

/** All spellings of how much to think are read at once. */
const reasoning: Take = (_value, request, body) => {
  put(request, 'reasoning', request.reasoning ?? readReasoning((field) => body[field]));
  return request.reasoning !== undefined;
};

/** Members that are read with care, refused when wrong, and never extensions. */
const STRUCTURE = [
  'model',
  'stream',
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'providerOptions',
  'cache_control',
];

const MEMBERS: ReadonlyMap<string, Take> = new Map([
  ...STRUCTURE.map((name): [string, Take] => [name, () => true]),
  ['parallel_tool_calls', into('parallelToolCalls', boolean)],
  ['temperature', into('temperature', number)],
  ['top_p', into('topP', number)],
  ['top_k', into('topK', number)],
  ['stop', into('stop', stopList)],
  ['seed', into('seed', number)],
  ['frequency_penalty', into('frequencyPenalty', number)],
  ['presence_penalty', into('presencePenalty', number)],
  ['logprobs', into('logprobs', boolean)],
  ['top_logprobs', into('topLogprobs', count)],
  ['logit_bias', into('logitBias', numbers)],
  ['response_format', into('responseFormat', responseFormat)],
  ['modalities', into('modalities', strings)],
  ['audio', into('audio', audioOutput)],
  ['user', asUser],
  ['safety_identifier', (value, request, body) => typeof body['user'] !== 'string' && asUser(value, request, body)],
  ['metadata', into('metadata', stringMap)],
  ['service_tier', into('serviceTier', text)],
  ['stream_options', asksUsageOnly],
  ...REASONING_FIELDS.map((field): [string, Take] => [field, reasoning]),
]);

/** A request of OpenAI's chat completions API in the canonical model. Throws RequestError `invalid_request`. */
export function parse(value: unknown): ChatRequest {
  const body = record(value) ?? refuse('body', 'must be a JSON object');
  const request: ChatRequest = { messages: parseMessages(body['messages']) };
  put(request, 'tools', parseTools(body['tools'], body['functions']));
  put(request, 'toolChoice', parseToolChoice(body['tool_choice'], body['function_call']));
  put(request, 'maxOutputTokens', count(body['max_completion_tokens']) ?? count(body['max_tokens']));
  put(request, 'n', count(body['n']));
  put(request, 'cache', cachePoint(body));
  put(request, 'providerOptions', readProviderOptions(body['providerOptions']));
  const left: [string, unknown][] = [];
  for (const name of Object.keys(body)) {
    const member = body[name];
    if (member === null || member === undefined) continue;
    if (MEMBERS.get(name)?.(member, request, body) !== true) left.push([name, member]);
  }
  if (left.length > 0) request.extensions = { [FORMAT]: Object.fromEntries(left) };
  return request;
}

/** `include_usage` is the gateway's own affair; the other options go on. */
function asksUsageOnly(value: unknown): boolean {
  const options = record(value);
  return options !== undefined && isEmpty(rest(options, USAGE));
}
const USAGE: ReadonlySet<string> = new Set(['include_usage']);

function stopList(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
}

function numbers(value: unknown): Record<string, number> | undefined {
  const map = record(value);
  return map !== undefined && Object.values(map).every((entry) => number(entry) !== undefined)
    ? (map as Record<string, number>)
    : undefined;
}

function stringMap(value: unknown): Record<string, string> | undefined {
  const map = record(value);
  return map !== undefined && Object.values(map).every((entry) => typeof entry === 'string')
    ? (map as Record<string, string>)
    : undefined;
}

function audioOutput(value: unknown): ChatRequest['audio'] | undefined {
  const audio = record(value);
  return audio === undefined
    ? undefined
    : { ...given('voice', audio['voice']), ...given('format', text(audio['format'])) };
}

function responseFormat(value: unknown): ResponseFormat | undefined {
  const format = record(value);
  if (format?.['type'] === 'text') return { type: 'text' };
  if (format?.['type'] === 'json_object') return { type: 'json' };
  const schema = record(format?.['json_schema']);
  if (format?.['type'] !== 'json_schema' || schema === undefined) return undefined;
  return {
    type: 'json-schema',
    schema: record(schema['schema']) ?? {},
    ...given('name', text(schema['name'])),
    ...given('description', string(schema['description'])),
    ...given('strict', boolean(schema['strict'])),
  };
}
