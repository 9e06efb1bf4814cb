import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek } from '../adapter.ts';
import { boolean, count, put, record, text } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';
import { FORMAT, type Notes } from './wire.ts';

/** Refuses a request. `what` completes "'model' must be …". */
export function refuse(param: string, what: string): never {
  throw new RequestError('invalid_request', `'${param}' must be ${what}.`, { param });
}

/** A member that may be null or absent; `read` gives undefined for a wrong type, which is refused. */
function optional<Value>(
  fields: Fields,
  key: string,
  read: (value: unknown) => Value | undefined,
  what: string,
): Value | undefined {
  const value = fields.has(key) ? fields.get(key) : undefined;
  if (value === undefined || value === null) return undefined;
  return read(value) ?? refuse(key, what);
}

const isTokens = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => count(entry) !== undefined);

/** The separate prompts: texts, or lists of token numbers. Throws RequestError `invalid_request` for anything else. */
export function promptsOf(value: unknown): (string | readonly number[])[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || value.length === 0) refuse('prompt', 'a text, a list of texts, or tokens');
  const list: readonly unknown[] = value;
  if (isTokens(list)) return [list as number[]];
  const fits = list.every((entry) => typeof entry === 'string') || list.every(isTokens);
  return fits ? (list as (string | number[])[]) : refuse('prompt', 'a text, a list of texts, or tokens');
}

/**
 * All that decisions rest on. Every prompt of a list is answered `n` times, and `best_of` answers are made for each.
 * Throws RequestError `invalid_request` for a field of the wrong type.
 */
export function peek(fields: Fields): Peek {
  const model = text(fields.has('model') ? fields.get('model') : undefined) ?? refuse('model', 'the name of a model');
  if (!fields.has('prompt')) refuse('prompt', 'a text, a list of texts, or tokens');
  const prompts = promptsOf(fields.get('prompt'));
  const n = optional(fields, 'n', positive, 'a whole number from 1 on');
  const stream = optional(fields, 'stream', boolean, 'true or false') ?? false;
  const options = optional(fields, 'stream_options', record, 'an object');
  const echo = optional(fields, 'echo', boolean, 'true or false') === true ? prompts[0] : undefined;
  const notes: Notes = { format: FORMAT, ...(typeof echo === 'string' ? { echo } : {}) };
  const found: Peek = { model, stream, notes };
  put(found, 'maxOutputTokens', optional(fields, 'max_tokens', count, 'a whole number'));
  // The vendor takes 0 as well. Source: https://platform.openai.com/docs/api-reference/completions/create#completions-create-best_of
  const made = Math.max(n ?? 1, optional(fields, 'best_of', count, 'a whole number') ?? 1);
  if (n !== undefined || prompts.length > 1) put(found, 'n', (n ?? 1) * prompts.length);
  if (made > (n ?? 1)) put(found, 'made', made * prompts.length);
  put(found, 'streamUsage', boolean(options?.['include_usage']));
  if (namesRemoteServers(fields)) put(found, 'remoteTools', true);
  return found;
}

const positive = (value: unknown): number | undefined => {
  const whole = count(value);
  return whole === undefined || whole === 0 ? undefined : whole;
};

/** Tokens that the vendor's API writes where it is told no bound. Source: https://platform.openai.com/docs/api-reference/completions/create#completions-create-max_tokens */
const USUAL_BOUND = 16;

/** The bound that clients without one expect. Theirs of 0 stands: it asks for the prompt's own tokens only. */
export function bound(fields: Fields | undefined, tokens: number): readonly [string, number] | undefined {
  return fields?.get('max_tokens') === 0 ? undefined : ['max_tokens', Math.min(tokens, USUAL_BOUND)];
}
