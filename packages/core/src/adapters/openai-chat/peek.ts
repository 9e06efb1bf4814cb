import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek } from '../adapter.ts';
import { given, type Json, record, records } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';
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

/** Tools for which the provider would call a server that the client names. Source: https://console.groq.com/docs/mcp */
function hasRemoteTools(fields: Fields): boolean {
  if (namesRemoteServers(fields)) return true;
  return (
    fields.has('tools') &&
    records(fields.get('tools')).some((tool) => tool['type'] === 'mcp' || tool['server_url'] !== undefined)
  );
}

/** Only whether it is there: reading it would parse nearly all of the body. */
function needMessages(fields: Fields): void {
  if (!fields.has('messages')) refuse('messages', 'a list of messages');
}

const isGiven = (fields: Fields, key: string): boolean => fields.has(key) && fields.get(key) !== null;

function notes(fields: Fields, older: number | undefined, newer: number | undefined): Notes | undefined {
  const spelled = REASONING_FIELDS.filter((field) => isGiven(fields, field));
  const found = {
    ...(isGiven(fields, 'functions') && !isGiven(fields, 'tools') ? { functions: true as const } : {}),
    ...given(
      'maxTokens',
      newer !== undefined
        ? ('max_completion_tokens' as const)
        : older !== undefined
          ? ('max_tokens' as const)
          : undefined,
    ),
    ...(isGiven(fields, 'safety_identifier') && !isGiven(fields, 'user') ? { user: 'safety_identifier' as const } : {}),
    ...(spelled.length > 0
      ? { reasoning: Object.fromEntries(spelled.map((field) => [field, fields.get(field)])) }
      : {}),
  };
  return Object.keys(found).length === 0 ? undefined : { format: FORMAT, ...found };
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
  const bound = Math.max(older ?? -1, newer ?? -1);
  const noted = notes(fields, older, newer);
  const options = noted?.reasoning === undefined ? undefined : readReasoning((field) => noted.reasoning?.[field]);
  return {
    model: name,
    stream: optional(fields, 'stream', isBoolean, 'true or false') ?? false,
    ...(bound < 0 ? {} : { maxOutputTokens: bound }),
    ...given('n', optional(fields, 'n', isPositive, 'a whole number from 1 on')),
    ...given('streamUsage', streamUsage(fields)),
    ...(asksToThink(options) ? { reasoning: true } : {}),
    ...(hasRemoteTools(fields) ? { remoteTools: true } : {}),
    ...given('notes', noted),
  };
}
