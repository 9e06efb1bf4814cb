import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek } from '../adapter.ts';
import { type Json, put, record } from '../shared/read.ts';
import { dialsOut } from './dials-out.ts';
import { asksToThink, REASONING_FIELDS, readReasoning } from './reasoning-options.ts';
import { FORMAT } from './wire.ts';

/** How the client spelled what the canonical model has one name for; kept on the exchange, so that an upstream of this format gets it back so. */
export interface Notes {
  readonly format: typeof FORMAT;
  /** The client speaks the deprecated `functions`: it wants `function_call` back. */
  readonly functions?: true;
  readonly maxTokens?: 'max_tokens' | 'max_completion_tokens';
  readonly user?: 'safety_identifier';
  /** The fields of reasoning as they stood. */
  readonly reasoning?: Json;
}

/** The notes of an exchange whose client speaks this format; empty for others. */
export function notesOf(peek: Peek): Notes {
  const notes = record(peek.notes);
  return notes?.['format'] === FORMAT ? (notes as unknown as Notes) : { format: FORMAT };
}

function refuse(param: string, what: string): never {
  throw new RequestError('invalid_request', `'${param}' must be ${what}.`, { param });
}

function model(fields: Fields): string {
  const value = fields.get('model');
  return typeof value === 'string' && value !== '' ? value : refuse('model', 'the name of a model');
}

/** A member that may be null; `valid` decides on the rest. */
function optional<Value>(
  fields: Fields,
  key: string,
  valid: (value: unknown) => value is Value,
  what: string,
): Value | undefined {
  if (!fields.has(key)) return undefined;
  const value = fields.get(key);
  if (value === null) return undefined;
  return valid(value) ? value : refuse(key, what);
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isPositive = (value: unknown): value is number => isCount(value) && value > 0;
const isObject = (value: unknown): value is Json => record(value) !== undefined;

function streamUsage(fields: Fields): boolean | undefined {
  const include = optional(fields, 'stream_options', isObject, 'an object')?.['include_usage'];
  if (include === undefined || include === null) return undefined;
  return isBoolean(include) ? include : refuse('stream_options.include_usage', 'true or false');
}

/** Only whether it is there: reading it would parse nearly all of the body. */
function needMessages(fields: Fields): void {
  if (!fields.has('messages')) refuse('messages', 'a list of messages');
}

const isGiven = (fields: Fields, key: string): boolean => fields.has(key) && fields.get(key) !== null;

function reasoningAsSpelled(fields: Fields): Json | undefined {
  const spelled = REASONING_FIELDS.filter((field) => isGiven(fields, field));
  return spelled.length === 0 ? undefined : Object.fromEntries(spelled.map((field) => [field, fields.get(field)]));
}

function notesOn(fields: Fields, maxTokens: Notes['maxTokens'] | undefined, reasoning: Json | undefined): Notes {
  const notes: Notes = { format: FORMAT };
  if (isGiven(fields, 'functions') && !isGiven(fields, 'tools')) put(notes, 'functions', true);
  put(notes, 'maxTokens', maxTokens);
  if (isGiven(fields, 'safety_identifier') && !isGiven(fields, 'user')) put(notes, 'user', 'safety_identifier');
  put(notes, 'reasoning', reasoning);
  return notes;
}

/**
 * All that decisions rest on. Of two token bounds the larger one counts, whichever the provider will heed.
 * Throws RequestError `invalid_request` for a field of the wrong type.
 */
export function peek(fields: Fields): Peek {
  const name = model(fields);
  needMessages(fields);
  const older = optional(fields, 'max_tokens', isCount, 'a whole number');
  const newer = optional(fields, 'max_completion_tokens', isCount, 'a whole number');
  const reasoning = reasoningAsSpelled(fields);
  const found: Peek = {
    model: name,
    stream: optional(fields, 'stream', isBoolean, 'true or false') ?? false,
    notes: notesOn(fields, spellingOf(older, newer), reasoning),
  };
  if (older !== undefined || newer !== undefined) put(found, 'maxOutputTokens', Math.max(older ?? 0, newer ?? 0));
  put(found, 'n', optional(fields, 'n', isPositive, 'a whole number from 1 on'));
  put(found, 'streamUsage', streamUsage(fields));
  if (reasoning !== undefined && asksToThink(readReasoning((field) => reasoning[field]))) put(found, 'reasoning', true);
  if (dialsOut.callsServers(fields)) put(found, 'remoteTools', true);
  return found;
}

function spellingOf(older: number | undefined, newer: number | undefined): Notes['maxTokens'] | undefined {
  if (newer !== undefined) return 'max_completion_tokens';
  return older === undefined ? undefined : 'max_tokens';
}
