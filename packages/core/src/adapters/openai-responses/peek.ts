import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek } from '../adapter.ts';
import { count, put, record, strings } from '../shared/read.ts';
import { dialsOut } from './dials-out.ts';
import { FORMAT } from './wire.ts';

/** How the client spelled what the canonical model has no name for; kept on the exchange, so that an upstream of this format gets it back so. */
export interface Notes {
  readonly format: typeof FORMAT;
  /** `store` as it stood; a client that leaves it out has its answers kept. */
  readonly store?: boolean;
  /** What `include` asks for, as it stood. */
  readonly include?: readonly string[];
}

/** The notes of an exchange whose client speaks this format; undefined for others. */
export function notesOf(peek: Peek): Notes | undefined {
  const notes = record(peek.notes);
  return notes?.format === FORMAT ? (notes as unknown as Notes) : undefined;
}

function refuse(param: string, what: string): never {
  throw new RequestError('invalid_request', `'${param}' must be ${what}.`, { param });
}

const isGiven = (fields: Fields, key: string): boolean => fields.has(key) && fields.get(key) !== null;

function boolean(fields: Fields, key: string): boolean | undefined {
  if (!isGiven(fields, key)) return undefined;
  const value = fields.get(key);
  return typeof value === 'boolean' ? value : refuse(key, 'true or false');
}

function model(fields: Fields): string {
  const value = fields.get('model');
  return typeof value === 'string' && value !== '' ? value : refuse('model', 'the name of a model');
}

function bound(fields: Fields): number | undefined {
  if (!isGiven(fields, 'max_output_tokens')) return undefined;
  return count(fields.get('max_output_tokens')) ?? refuse('max_output_tokens', 'a whole number');
}

function thinks(fields: Fields): boolean | undefined {
  if (!isGiven(fields, 'reasoning')) return undefined;
  const options = record(fields.get('reasoning')) ?? refuse('reasoning', 'an object');
  return typeof options.effort === 'string' ? options.effort !== 'none' : undefined;
}

function notesOn(fields: Fields): Notes {
  const notes: { -readonly [Name in keyof Notes]: Notes[Name] } = { format: FORMAT };
  put(notes, 'store', boolean(fields, 'store'));
  if (isGiven(fields, 'include')) put(notes, 'include', strings(fields.get('include')) ?? refuse('include', 'a list'));
  return notes;
}

/**
 * All that decisions rest on. No input is among them: a stored prompt, a conversation or an earlier response may stand in its place, and what may is the
 * provider's to say. Usage comes with every answer of this format. Throws RequestError `invalid_request` for a field of the wrong type.
 */
export function peek(fields: Fields): Peek {
  const name = model(fields);
  const found: Peek = {
    model: name,
    stream: boolean(fields, 'stream') ?? false,
    streamUsage: true,
    notes: notesOn(fields),
  };
  put(found, 'maxOutputTokens', bound(fields));
  put(found, 'reasoning', thinks(fields));
  if (dialsOut.callsServers(fields)) put(found, 'remoteTools', true);
  return found;
}
