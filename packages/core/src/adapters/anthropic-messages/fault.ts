import type { Fault, FaultKind } from '../../chat/fault.ts';
import { notFound } from '../shared/not-found.ts';
import { given, type Json, parsedOr, record, string } from '../shared/read.ts';
import { retryAfter } from '../shared/retry-after.ts';
import { isObject } from './wire.ts';

/**
 * The vendor's error types: the status that each stands for, and its kind.
 * Source: https://platform.claude.com/docs/en/api/errors
 */
const TYPES: Readonly<Record<string, { status: number; kind: FaultKind }>> = {
  invalid_request_error: { status: 400, kind: 'rejected' },
  authentication_error: { status: 401, kind: 'credentials' },
  billing_error: { status: 402, kind: 'credentials' },
  permission_error: { status: 403, kind: 'credentials' },
  not_found_error: { status: 404, kind: 'rejected' },
  conflict_error: { status: 409, kind: 'rejected' },
  request_too_large: { status: 413, kind: 'rejected' },
  rate_limit_error: { status: 429, kind: 'rate-limited' },
  api_error: { status: 500, kind: 'unavailable' },
  timeout_error: { status: 504, kind: 'timeout' },
  overloaded_error: { status: 529, kind: 'overloaded' },
};

/** Words that tell more than the type. Their source is the vendor's error page and, for the long prompt, the context-window page. */
const CONTEXT =
  /prompt is too long|exceeds? (?:the )?(?:model'?s? )?(?:maximum )?context (?:limit|window|length)|context window (?:limit )?exceeded|maximum context length/i;
const QUOTA = /credit balance is too low|usage limits?\b|spend(?:ing)? limit|monthly limit/i;
const FILTERED = /content filtering policy|blocked by (?:our )?content/i;

function kindOfStatus(status: number): FaultKind {
  if (status === 401 || status === 402 || status === 403) return 'credentials';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 503 || status === 529) return 'overloaded';
  return status >= 500 ? 'unavailable' : 'rejected';
}

function kindOf(type: string | undefined, status: number, message: string, code: string | undefined): FaultKind {
  const kind =
    type !== undefined && Object.hasOwn(TYPES, type) ? (TYPES[type]?.kind ?? 'rejected') : kindOfStatus(status);
  if (kind === 'rate-limited') return code?.includes('spend_limit') === true || QUOTA.test(message) ? 'quota' : kind;
  if (kind !== 'rejected') return kind;
  if (CONTEXT.test(message)) return 'context-length';
  if (QUOTA.test(message)) return 'quota';
  if (FILTERED.test(message)) return 'content-filter';
  return status === 404 ? notFound(message, code) : kind;
}

function envelope(text: string): Json | undefined {
  return record(parsedOr(text, undefined));
}

/** The provider's words; of a page made for people only that it was one. */
function wordsOf(error: Json | undefined, text: string, status: number): string {
  const message = string(error?.message);
  if (message !== undefined && message !== '') return message;
  const plain = text.trim();
  return plain === '' || plain.startsWith('<') || plain.startsWith('{')
    ? `The provider answered with status ${status}.`
    : plain.slice(0, 500);
}

function build(error: Json | undefined, status: number, message: string): Fault {
  const type = string(error?.type);
  const code = string(record(error?.details)?.error_code);
  return { kind: kindOf(type, status, message, code), message, status, ...given('type', type), ...given('code', code) };
}

/** A refused call. A 529, or any error of type overloaded_error, is `overloaded`; Retry-After is passed on where it is given. */
export function readFault(status: number, header: (name: string) => string | undefined, text: string): Fault {
  const error = record(envelope(text)?.error);
  const retry = header('x-should-retry');
  return {
    ...build(error, status, wordsOf(error, text, status)),
    ...given('retryAfter', retryAfter(header)),
    ...(retry === 'true' || retry === 'false' ? { retryable: retry === 'true' } : {}),
  };
}

/** An error inside a stream, or in a body that came with status 200; its type stands for the status it would have had. */
export function inBandFault(value: unknown): Fault {
  const error = isObject(value) ? (record(value.error) ?? value) : undefined;
  const type = string(error?.type) ?? '';
  const status = Object.hasOwn(TYPES, type) ? (TYPES[type]?.status ?? 500) : 500;
  return build(error, status, string(error?.message) ?? 'The provider reported an error.');
}

/** Is this body an error envelope? */
export const isError = (body: Json): boolean =>
  body.type === 'error' || (isObject(body.error) && !Array.isArray(body.content));
