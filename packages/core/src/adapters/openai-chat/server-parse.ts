import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import { boolean, count, given, type Json, number, record, string, strings, text } from '../shared/read.ts';
import { cachePoint, refuse } from './parse-content.ts';
import { parseMessages } from './parse-messages.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
import { REASONING_FIELDS, readReasoning } from './reasoning-options.ts';
import { native, rest } from './wire.ts';

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
] as const;

/**
 * Takes members out of a body. What is null counts as absent; what has the wrong type stays behind, for the provider to judge:
 * it goes on to a target of this format and is reported for any other.
 */
class Members {
  readonly #left: Map<string, unknown>;

  constructor(body: Json) {
    this.#left = new Map(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
    for (const name of STRUCTURE) this.#left.delete(name);
  }

  take<Value>(name: string, read: (value: unknown) => Value | undefined): Value | undefined {
    const value = read(this.#left.get(name));
    if (value !== undefined) this.#left.delete(name);
    return value;
  }

  get(name: string): unknown {
    return this.#left.get(name);
  }

  remove(name: string): void {
    this.#left.delete(name);
  }

  get left(): Json {
    return Object.fromEntries(this.#left);
  }
}

/** A request of OpenAI's chat completions API in the canonical model. Throws RequestError `invalid_request`. */
export function parse(value: unknown): ChatRequest {
  const body = record(value) ?? refuse('body', 'must be a JSON object');
  const members = new Members(body);
  const request: ChatRequest = {
    messages: parseMessages(body['messages']),
    ...given('tools', parseTools(body['tools'], body['functions'])),
    ...given('toolChoice', parseToolChoice(body['tool_choice'], body['function_call'])),
    ...given('maxOutputTokens', count(body['max_completion_tokens']) ?? count(body['max_tokens'])),
    ...given('n', count(body['n'])),
    ...sampling(members),
    ...output(members),
    ...given('reasoning', reasoning(members)),
    ...housekeeping(members),
    ...given('cache', cachePoint(body)),
    ...given('providerOptions', providerOptions(body['providerOptions'])),
  };
  streamOptions(members);
  return { ...request, ...given('extensions', native(members.left)) };
}

function sampling(members: Members): Partial<ChatRequest> {
  return {
    ...given('parallelToolCalls', members.take('parallel_tool_calls', boolean)),
    ...given('temperature', members.take('temperature', number)),
    ...given('topP', members.take('top_p', number)),
    ...given('topK', members.take('top_k', number)),
    ...given('stop', members.take('stop', stopList)),
    ...given('seed', members.take('seed', number)),
    ...given('frequencyPenalty', members.take('frequency_penalty', number)),
    ...given('presencePenalty', members.take('presence_penalty', number)),
    ...given('logprobs', members.take('logprobs', boolean)),
    ...given('topLogprobs', members.take('top_logprobs', count)),
    ...given('logitBias', members.take('logit_bias', numbers)),
  };
}

function output(members: Members): Partial<ChatRequest> {
  return {
    ...given('responseFormat', members.take('response_format', responseFormat)),
    ...given('modalities', members.take('modalities', strings)),
    ...given('audio', members.take('audio', audioOutput)),
  };
}

function housekeeping(members: Members): Partial<ChatRequest> {
  const user = members.take('user', string) ?? members.take('safety_identifier', string);
  return {
    ...given('user', user),
    ...given('metadata', members.take('metadata', stringMap)),
    ...given('serviceTier', members.take('service_tier', text)),
  };
}

function reasoning(members: Members): ChatRequest['reasoning'] {
  const options = readReasoning((field) => members.get(field));
  if (options !== undefined) for (const field of REASONING_FIELDS) members.remove(field);
  return options;
}

/** `include_usage` is the gateway's own affair; the other options go on. */
function streamOptions(members: Members): void {
  members.take('stream_options', (value) => {
    const options = record(value);
    return options !== undefined && Object.keys(rest(options, USAGE)).length === 0 ? true : undefined;
  });
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

/** Options for providers by format or provider id. Throws RequestError when a group is no object. */
function providerOptions(value: unknown): ChatRequest['providerOptions'] | undefined {
  if (value === undefined || value === null) return undefined;
  const groups = Object.entries(record(value) ?? refuse('providerOptions', 'must be an object'));
  return Object.fromEntries(
    groups.map(([name, options]) => [name, record(options) ?? refuse(`providerOptions.${name}`, 'must be an object')]),
  );
}
