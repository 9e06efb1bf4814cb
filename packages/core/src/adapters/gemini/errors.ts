import type { Fault, FaultKind } from '../../chat/fault.ts';
import { notFound } from '../shared/not-found.ts';
import { given, number, parsedOr, record, records, string } from '../shared/read.ts';
import { retryAfter } from '../shared/retry-after.ts';
import type { Wire } from './wire.ts';

/** google.rpc codes and what they mean for us: https://ai.google.dev/gemini-api/docs/troubleshooting */
const BY_WORD: Readonly<Record<string, FaultKind>> = {
  UNAUTHENTICATED: 'credentials',
  PERMISSION_DENIED: 'credentials',
  RESOURCE_EXHAUSTED: 'rate-limited',
  UNAVAILABLE: 'overloaded',
  DEADLINE_EXCEEDED: 'timeout',
  INTERNAL: 'unavailable',
  UNKNOWN: 'unavailable',
  ABORTED: 'unavailable',
  CANCELLED: 'unavailable',
  DATA_LOSS: 'unavailable',
};

function byStatus(status: number): FaultKind {
  if (status === 401 || status === 402 || status === 403) return 'credentials';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 503 || status === 529) return 'overloaded';
  return status >= 500 || status < 400 ? 'unavailable' : 'rejected';
}

/** Reasons of google.rpc.ErrorInfo that mean the key or the account: https://cloud.google.com/apis/docs/reference/rest/google.api.ErrorReason */
const ACCOUNT =
  /^(?:API_KEY_|ACCESS_TOKEN_|CREDENTIALS_|SERVICE_DISABLED$|BILLING_DISABLED$|CONSUMER_|ACCOUNT_STATE_INVALID$|USER_PROJECT_DENIED$)/;
const KEY_MESSAGE = /api key (?:not valid|expired|not found|was reported)/i;
const LOCATION = /user location is not supported|free tier is not available|enable billing/i;
const TOO_LONG = /exceeds the maximum number of tokens|input token count .*exceeds|input context is too long/i;
const SPENT = /credits are depleted|prepayment|spending (?:cap|limit)/i;

function detail(details: readonly Wire[], type: string): Wire | undefined {
  return details.find((entry) => string(entry['@type'])?.endsWith(type));
}

/** Is one of the quotas that were passed one of the day or longer, so that waiting a little does not help? */
function isSpent(details: readonly Wire[]): boolean {
  const violations = records(detail(details, 'google.rpc.QuotaFailure')?.['violations']);
  return violations.some((violation) => /Per(?:Day|Month)/.test(string(violation['quotaId']) ?? ''));
}

function kindOf(
  word: string | undefined,
  status: number,
  message: string,
  reason: string | undefined,
  details: readonly Wire[],
): FaultKind {
  if ((reason !== undefined && ACCOUNT.test(reason)) || KEY_MESSAGE.test(message)) return 'credentials';
  if (word === 'FAILED_PRECONDITION' && LOCATION.test(message)) return 'credentials';
  if (status < 500 && TOO_LONG.test(message)) return 'context-length';
  if (status === 404) return notFound(message, reason);
  const kind = (word !== undefined && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined) ?? byStatus(status);
  return kind === 'rate-limited' && (isSpent(details) || SPENT.test(message)) ? 'quota' : kind;
}

/** Seconds, rounded up, of a duration such as `34.4s`. */
function seconds(duration: unknown): number | undefined {
  const found = /^(\d+(?:\.\d+)?)s$/.exec(string(duration) ?? '');
  return found === null ? undefined : Math.ceil(Number(found[1]));
}

/** The error object of an answer, which may stand in a list of one; undefined when the answer is none. */
export function errorOf(body: unknown): Wire | undefined {
  const outer = Array.isArray(body)
    ? record(body.find((entry: unknown) => record(record(entry)?.['error']) !== undefined))
    : record(body);
  return record(outer?.['error']);
}

/** A google.rpc.Status as a fault. `status` is used when the error carries no code of its own. Source: https://google.aip.dev/193 */
export function readError(error: Wire, status: number): Fault {
  const details = records(error['details']);
  const word = string(error['status']);
  const code = number(error['code']) ?? status;
  const message = string(error['message']) ?? 'The provider gave an error without a message.';
  const reason = string(detail(details, 'google.rpc.ErrorInfo')?.['reason']);
  const field = string(records(detail(details, 'google.rpc.BadRequest')?.['fieldViolations'])[0]?.['field']);
  return {
    kind: kindOf(word, code, message, reason, details),
    message,
    status: code,
    // The status word is the type; the code tells more than it, or nothing.
    ...given('code', reason),
    ...given('type', word),
    ...given('param', field),
    ...given('retryAfter', seconds(detail(details, 'google.rpc.RetryInfo')?.['retryDelay'])),
  };
}

/** The words of a body that is not the vendor's JSON; a page for people tells nothing. */
function plainMessage(text: string, status: number): string {
  const words = text.trim().slice(0, 500);
  return words === '' || words.startsWith('<') ? `The provider answered with status ${status}.` : words;
}

/** A refused call, from its status, headers and body. */
export function readFault(status: number, header: (name: string) => string | undefined, text: string): Fault {
  const error = errorOf(parsedOr(text, undefined));
  const wait = retryAfter(header);
  if (error === undefined) {
    const message = plainMessage(text, status);
    const kind = status === 404 ? notFound(message) : byStatus(status);
    return { kind, message, status, ...given('retryAfter', wait) };
  }
  const fault = readError(error, status);
  return { ...fault, status, ...given('retryAfter', wait ?? fault.retryAfter) };
}
