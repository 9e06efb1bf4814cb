import type { Fault, FaultKind } from '../../chat/fault.ts';
import { notFound } from '../shared/not-found.ts';
import { given, type Json, parsedOr, record, string, text as words } from '../shared/read.ts';
import { retryAfter } from '../shared/retry-after.ts';

/** Words that tell more than the status. Source: the example messages of https://docs.cohere.com/reference/errors */
const CONTEXT = /too many tokens|exceeds? (?:the )?(?:maximum )?context (?:length|window)/i;
/** Source: https://docs.cohere.com/docs/rate-limits (monthly limits of trial keys), and the 402 of the page above. */
const QUOTA = /\b(?:calls|tokens) ?\/ ?month\b|per month|monthly|billing|add or update a payment method|spend limit/i;
const FILTERED = /blocked (?:output|input)|content (?:was )?blocked|unsafe/i;

/** 498 and 499 are the vendor's own: a blocked text, and a request that its client gave up. Source: https://docs.cohere.com/reference/errors */
function kindOf(status: number, message: string): FaultKind {
  if (status === 429) return QUOTA.test(message) ? 'quota' : 'rate-limited';
  if (status === 401 || status === 402 || status === 403) return 'credentials';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 498 || FILTERED.test(message)) return status >= 500 ? 'unavailable' : 'content-filter';
  if (status === 499) return 'unavailable';
  if (status === 503 || status === 529) return 'overloaded';
  if (status >= 500) return 'unavailable';
  if (CONTEXT.test(message)) return 'context-length';
  return status === 404 ? notFound(message) : 'rejected';
}

function envelope(text: string): Json | undefined {
  return record(parsedOr(text, undefined));
}

/** The provider's words; of a page made for people only that it was one. Some of its gateways say `error` or `detail`. */
function wordsOf(body: Json | undefined, text: string, status: number): string {
  const message = string(body?.message) ?? string(body?.error) ?? string(body?.detail);
  if (message !== undefined && message !== '') return message;
  const plain = text.trim();
  return plain === '' || plain.startsWith('<') || plain.startsWith('{')
    ? `The provider answered with status ${status}.`
    : plain.slice(0, 500);
}

/** A refused call. */
export function readFault(status: number, header: (name: string) => string | undefined, text: string): Fault {
  const message = wordsOf(envelope(text), text, status);
  return { kind: kindOf(status, message), message, status, ...given('retryAfter', retryAfter(header)) };
}

/** An error in a body that came with status 200: a message in words, where an answer has an object. */
export function errorIn(body: Json): Fault | undefined {
  const message = words(body.message);
  if (message === undefined) return undefined;
  const kind = kindOf(400, message);
  return { kind: kind === 'rejected' ? 'unavailable' : kind, message, status: 500 };
}
