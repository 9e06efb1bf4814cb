import type { ChatRequest, ReasoningOptions, ResponseFormat } from '../../chat/request.ts';
import { refuse } from '../openai-chat/parse-content.ts';
import { readReasoning } from '../openai-chat/reasoning-options.ts';
import { FORMAT as CHAT } from '../openai-chat/wire.ts';
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
import { readInput } from './input-read.ts';
import { readToolChoice, readTools } from './tools-read.ts';
import { FORMAT, rest } from './wire.ts';

/** Takes a member that is neither null nor absent into the request; what it can't take is left, goes on to a target of this format and is reported for others. */
type Take = (value: unknown, request: ChatRequest) => boolean;

/** A member that has one place in the canonical model. */
function into<Key extends keyof ChatRequest>(key: Key, read: (value: unknown) => ChatRequest[Key] | undefined): Take {
  return (value, request) => {
    const found = read(value);
    put(request, key, found);
    return found !== undefined;
  };
}

/** What `include` asks for that the chat model has a name for, or that clients always get. */
const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED = 'reasoning.encrypted_content';

const include: Take = (value, request) => {
  const asked = strings(value) ?? [];
  if (asked.includes(LOGPROBS)) request.logprobs = true;
  return asked.every((name) => name === LOGPROBS || name === ENCRYPTED);
};

const TEXT: ReadonlySet<string> = new Set(['format', 'verbosity']);

const textOptions: Take = (value, request) => {
  const options = record(value);
  if (options === undefined) return false;
  if (options.format !== undefined && options.format !== null) {
    const format = responseFormat(options.format);
    put(request, 'responseFormat', format);
    if (format === undefined) return false;
  }
  return isEmpty(rest(options, TEXT));
};

const reasoning: Take = (value, request) => {
  const options = record(value);
  const read = readReasoning((field) => (field === 'reasoning' ? options : undefined));
  const summary = text(options?.summary) ?? text(options?.generate_summary);
  const whole: ReasoningOptions = { ...read, ...given('summary', summary) };
  if (options === undefined) return false;
  if (!isEmpty(whole as Json)) request.reasoning = whole;
  return isEmpty(rest(options, REASONING));
};
const REASONING: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary']);

const toolChoice: Take = (value, request) => {
  const choice = readToolChoice(value);
  put(request, 'toolChoice', choice);
  return choice !== undefined;
};

const asUser: Take = (value, request) => {
  const user = text(value);
  request.user ??= user ?? '';
  return user !== undefined && request.user === user;
};

/** Members that are read with care, refused when wrong, and never extensions; `store: false` is what any other API does. */
const STRUCTURE = ['model', 'stream', 'input', 'instructions', 'tools', 'max_output_tokens', 'providerOptions'];
/** How things are where nobody says otherwise: to say it means nothing to other APIs. */
const USUAL: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['store', false],
  ['background', false],
  ['truncation', 'disabled'],
]);

const MEMBERS: ReadonlyMap<string, Take> = new Map([
  ...STRUCTURE.map((name): [string, Take] => [name, () => true]),
  ['include', include],
  ['text', textOptions],
  ['reasoning', reasoning],
  ['tool_choice', toolChoice],
  ['parallel_tool_calls', into('parallelToolCalls', boolean)],
  ['temperature', into('temperature', number)],
  ['top_p', into('topP', number)],
  ['top_logprobs', into('topLogprobs', count)],
  ['user', asUser],
  ['safety_identifier', asUser],
  ['metadata', into('metadata', stringMap)],
  ['service_tier', into('serviceTier', text)],
]);

/** Members that the chat API of the same vendor has as well, by the same name: kept under its name, they reach either. */
export const SHARED: ReadonlySet<string> = new Set([
  'store',
  'prompt_cache_key',
  'prompt_cache_retention',
  'verbosity',
]);

/** A request of the Responses API in the canonical model. Throws RequestError `invalid_request`. */
export function parse(value: unknown): ChatRequest {
  const body = record(value) ?? refuse('body', 'must be a JSON object');
  const request: ChatRequest = { messages: [] };
  instructions(body.instructions, request);
  if (body.input !== undefined && body.input !== null) request.messages.push(...readInput(body.input));
  put(request, 'tools', readTools(body.tools));
  put(request, 'maxOutputTokens', count(body.max_output_tokens));
  put(request, 'providerOptions', readProviderOptions(body.providerOptions));
  const left: Json = {};
  for (const [name, member] of Object.entries(body)) {
    if (member === null || member === undefined || USUAL.get(name) === member) continue;
    if (MEMBERS.get(name)?.(member, request) !== true) left[name] = member;
  }
  put(left, 'verbosity', text(record(body.text)?.verbosity));
  extend(request, left);
  return request;
}

function extend(request: ChatRequest, left: Json): void {
  const names = Object.keys(left);
  const some = (shared: boolean): Json =>
    Object.fromEntries(names.filter((name) => SHARED.has(name) === shared).map((name) => [name, left[name]]));
  const [own, shared] = [some(false), some(true)];
  if (names.length === 0) return;
  request.extensions = {
    ...(isEmpty(own) ? {} : { [FORMAT]: own }),
    ...(isEmpty(shared) ? {} : { [CHAT]: shared }),
  };
}

/** `instructions` stand before the input, and are marked so that they stay apart for their own format. They may be items, as a response tells them. */
function instructions(value: unknown, request: ChatRequest): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) request.messages.push(...readInput(value));
  else if (typeof value !== 'string') refuse('instructions', 'must be a string');
  else if (value !== '')
    request.messages.push({
      role: 'system',
      content: [{ type: 'text', text: value }],
      native: { [FORMAT]: { instructions: true } },
    });
}

function responseFormat(value: unknown): ResponseFormat | undefined {
  const format = record(value);
  if (format?.type === 'text') return { type: 'text' };
  if (format?.type === 'json_object') return { type: 'json' };
  const schema = record(format?.schema);
  if (format?.type !== 'json_schema' || schema === undefined) return undefined;
  return {
    type: 'json-schema',
    schema,
    ...given('name', text(format.name)),
    ...given('description', string(format.description)),
    ...given('strict', boolean(format.strict)),
  };
}

function stringMap(value: unknown): Record<string, string> | undefined {
  const map = record(value);
  return map !== undefined && Object.values(map).every((entry) => typeof entry === 'string')
    ? (map as Record<string, string>)
    : undefined;
}
