import type { ChatRequest } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { readProviderOptions } from '../options/check.ts';
import { count, type Json, number, put, record, string, text } from '../shared/read.ts';
import { promptsOf, refuse } from './peek.ts';
import { FORMAT } from './wire.ts';

/** Takes a member that is neither null nor absent; false when it has the wrong type: then it goes on to a target of this format and is reported for any other. */
type Take = (value: unknown, request: ChatRequest, body: Json) => boolean;

function into<Key extends keyof ChatRequest>(key: Key, read: (value: unknown) => ChatRequest[Key] | undefined): Take {
  return (value, request) => {
    const found = read(value);
    put(request, key, found);
    return found !== undefined;
  };
}

const MEMBERS: ReadonlyMap<string, Take> = new Map<string, Take>([
  ...['model', 'prompt', 'stream', 'suffix', 'providerOptions'].map((name): [string, Take] => [name, () => true]),
  ['max_tokens', into('maxOutputTokens', count)],
  ['temperature', into('temperature', number)],
  ['top_p', into('topP', number)],
  ['n', into('n', count)],
  ['stop', into('stop', stopList)],
  ['seed', into('seed', number)],
  ['frequency_penalty', into('frequencyPenalty', number)],
  ['presence_penalty', into('presencePenalty', number)],
  ['logit_bias', into('logitBias', numbers)],
  ['user', into('user', string)],
  // A number here: that many alternatives beside each token.
  ['logprobs', logprobs],
  // Written back before the answer by the gateway itself.
  ['echo', (value) => typeof value === 'boolean'],
  // The best of no more than are asked for is all of them.
  ['best_of', (value, _, body) => value === (body['n'] ?? 1)],
  ['stream_options', (value) => Object.keys(record(value) ?? { no: 1 }).every((name) => name === 'include_usage')],
]);

/**
 * A request in the canonical model: its prompt as the one message of a user. Throws RequestError `invalid_request` where it is wrong, and
 * `unsupported_by_target` for what only a model that completes text can answer: several prompts, tokens, a suffix.
 */
export function parse(value: unknown): ChatRequest {
  const body = record(value) ?? refuse('body', 'a JSON object');
  const request: ChatRequest = {
    messages: [{ role: 'user', content: [{ type: 'text', text: promptOf(body) }] }],
  };
  const left: [string, unknown][] = [];
  for (const [name, member] of Object.entries(body)) {
    if (member === null || member === undefined) continue;
    if (MEMBERS.get(name)?.(member, request, body) !== true) left.push([name, member]);
  }
  put(request, 'providerOptions', readProviderOptions(body['providerOptions']));
  if (left.length > 0) request.extensions = { [FORMAT]: Object.fromEntries(left) };
  return request;
}

function promptOf(body: Json): string {
  if (body['prompt'] === undefined) refuse('prompt', 'a text');
  const [prompt, ...more] = promptsOf(body['prompt']);
  if (more.length > 0) throw onlyCompleted('prompt', 'takes one prompt at a time');
  if (typeof prompt !== 'string') throw onlyCompleted('prompt', 'takes text and no tokens');
  if (text(body['suffix']) !== undefined) throw onlyCompleted('suffix', 'can not fill in what stands before a suffix');
  return prompt === '' ? refuse('prompt', 'a text that is not empty for a chat model') : prompt;
}

const onlyCompleted = (param: string, what: string): RequestError =>
  new RequestError('unsupported_by_target', `The model is a chat model here, and ${what}.`, { param });

function logprobs(value: unknown, request: ChatRequest): boolean {
  const alternatives = count(value);
  if (alternatives === undefined) return false;
  request.logprobs = true;
  if (alternatives > 0) request.topLogprobs = alternatives;
  return true;
}

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
