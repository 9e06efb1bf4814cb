import type { ChatRequest } from '../../chat/request.ts';
import { count, type Json, number, put } from '../shared/read.ts';

/** Options that have a name in the chat model. Source: https://docs.ollama.com/modelfile (parameters) */
const NUMBERS = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  seed: 'seed',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
} as const satisfies Record<string, keyof ChatRequest>;
type Known = keyof typeof NUMBERS;
const isKnown = (name: string): name is Known => Object.hasOwn(NUMBERS, name);

/** Where an option stands that has no name in the chat model: `options.num_ctx`. */
export const OPTION = 'options.';

function stopList(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
}

/** Takes an option into the request; false when it has no place there. */
function take(name: string, value: unknown, request: ChatRequest): boolean {
  if (name === 'num_predict') {
    put(request, 'maxOutputTokens', count(value));
    return count(value) !== undefined;
  }
  if (name === 'stop') {
    put(request, 'stop', stopList(value));
    return request.stop !== undefined;
  }
  const found = isKnown(name) ? number(value) : undefined;
  if (!isKnown(name) || found === undefined) return false;
  request[NUMBERS[name]] = found;
  return true;
}

/** Reads `options` into the request. Gives those that have no name there, by their path. */
export function readOptions(options: Json, request: ChatRequest): [string, unknown][] {
  return Object.entries(options).flatMap(([name, value]): [string, unknown][] =>
    value === null || take(name, value, request) ? [] : [[OPTION + name, value]],
  );
}

/** The request's settings as `options`; undefined when there are none. */
export function writeOptions(request: ChatRequest): Json | undefined {
  const options: Json = {};
  put(options, 'num_predict', request.maxOutputTokens);
  for (const [name, key] of Object.entries(NUMBERS)) put(options, name, request[key]);
  put(options, 'stop', request.stop);
  return Object.keys(options).length === 0 ? undefined : options;
}
