import type { Fault, FaultKind } from '../../chat/fault.ts';
import { isAccount, notFound } from '../shared/not-found.ts';
import { given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { retryAfter } from '../shared/retry-after.ts';

/** What the several shapes of an error body tell. */
interface Told {
  message?: string;
  code?: string;
  type?: string;
  param?: string;
  status?: number;
}

/**
 * Does a body with a good status hold an error instead of an answer?
 * Shapes: `{error: {…}}`, `{error: 'text'}`, `{object: 'error', message}`, `{message}`, `{detail}` or `{errors: [{…}]}` without choices.
 */
export function errorIn(body: Json): boolean {
  if (record(body['error']) !== undefined || text(body['error']) !== undefined) return true;
  if (Array.isArray(body['choices']) || Array.isArray(body['data'])) return false;
  if (Array.isArray(body['errors']) && body['errors'].length > 0) return true;
  return body['object'] === 'error' || text(body['message']) !== undefined || body['detail'] !== undefined;
}

/** The first entry of `{detail: [{msg, loc}]}`. Source: https://docs.mistral.ai/api (HTTPValidationError) */
function validation(value: unknown): Told | undefined {
  const [first] = records(value);
  if (first === undefined) return undefined;
  const location = Array.isArray(first['loc']) ? first['loc'].filter((step) => step !== 'body').join('.') : undefined;
  return {
    ...given('message', text(first['msg']) ?? text(first['message'])),
    ...given('param', text(location)),
    ...given('type', text(first['type'])),
  };
}

function told(value: unknown): Told {
  if (Array.isArray(value)) return told(value[0]);
  const body = record(value);
  if (body === undefined) return given('message', text(value));
  const inner = record(body['error']);
  if (inner !== undefined) return { ...toldBy(body), ...toldBy(inner) };
  if (Array.isArray(body['errors'])) return { ...toldBy(body), ...told(body['errors'][0]) };
  const plain = text(body['error']);
  return withDetails({ ...toldBy(body), ...given('message', plain ?? toldBy(body).message) }, body);
}

function toldBy(error: Json): Told {
  const detail = error['detail'];
  const code = error['code'] ?? record(detail)?.['code'] ?? record(detail)?.['status'];
  const nested = record(error['message']);
  return {
    ...validation(detail ?? nested?.['detail']),
    ...given('message', messageOf(error)),
    ...given('code', text(code) ?? (number(code) === undefined ? undefined : String(code))),
    ...given('type', text(error['type'])),
    ...given('param', text(error['param'])),
    ...given(
      'status',
      statusOf(number(code) ?? number(error['status']) ?? number(error['status_code']) ?? numeric(code)),
    ),
  };
}

/** The words, under whatever name. */
function messageOf(error: Json): string | undefined {
  const detail = error['detail'];
  return (
    text(error['message']) ??
    text(error['Message']) ??
    text(detail) ??
    text(record(detail)?.['message']) ??
    text(record(detail)?.['error']) ??
    text(error['error_msg']) ??
    text(error['err_msg'])
  );
}

/**
 * What stands beside the words and says what exactly was wrong. Sources: https://developers.deepgram.com/docs/errors (details),
 * https://docs.dev.runwayml.com/errors/errors/ (issues)
 */
function withDetails({ message, ...error }: Told, body: Json): Told {
  const [issue] = records(body['issues']);
  const more = text(body['details']) ?? text(issue?.['message']);
  const path = Array.isArray(issue?.['path']) ? text(issue['path'].join('.')) : undefined;
  if (message === undefined || more === undefined || message.includes(more))
    return { ...error, ...given('message', message) };
  return { ...given('param', path), ...error, message: `${message.replace(/\.$/, '')}: ${more}` };
}

const numeric = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[45]\d\d$/.test(value) ? Number(value) : undefined;
const statusOf = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 400 && value < 600 ? value : undefined;

/** Words by which APIs say what their codes don't. Tried on lower-case text of bounded length. */
const CONTEXT =
  /context.{0,10}(length|window|size)|maximum context|too many tokens|prompt is too long|exceeds? the (model'?s? )?(maximum|context)|input.{0,20}too long|exceeded model token limit|maximum prompt length|prompt exceeds|maximum.{0,20}tokens.{0,40}(prompt|messages|input)/;
const FILTER =
  /content.?(filter|management policy|policy)|responsibleaipolicyviolation|data_?inspection_?failed|content_policy_violation|input was flagged|unsafe or sensitive content/;
const QUOTA =
  /insufficient.{0,3}(quota|balance|credit|funds)|exceeded your current quota|billing|credit balance|spend.{0,6}limit|out of credits|arrearage/;
const OVERLOADED = /overloaded|at capacity|capacity.exceeded|temporarily overloaded|engine_overloaded/;

/** Codes that say it all. Sources: https://platform.openai.com/docs/guides/error-codes, https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter */
const CODES: Readonly<Record<string, FaultKind>> = {
  context_length_exceeded: 'context-length',
  string_above_max_length: 'context-length',
  content_filter: 'content-filter',
  content_policy_violation: 'content-filter',
  insufficient_quota: 'quota',
  billing_hard_limit_reached: 'quota',
  invalid_api_key: 'credentials',
  rate_limit_exceeded: 'rate-limited',
  // The voice is the client's to name. Source: https://elevenlabs.io/docs/eleven-api/resources/errors
  voice_not_found: 'rejected',
};

function kindOf(status: number | undefined, error: Told): FaultKind {
  const words = `${error.code ?? ''} ${error.type ?? ''} ${error.message ?? ''}`.slice(0, 2000).toLowerCase();
  if (error.code !== undefined && Object.hasOwn(CODES, error.code)) return CODES[error.code] ?? 'rejected';
  // The operator's account is out of money: nothing that a client can wait for.
  if (status === 402) return 'credentials';
  if (status === 401 || status === 403) return refusedFor(words);
  if (status === 404) return notFound(error.message ?? '', error.code);
  if (status === 429) return QUOTA.test(words) ? 'quota' : OVERLOADED.test(words) ? 'overloaded' : 'rate-limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 503 || status === 529 || OVERLOADED.test(words)) return 'overloaded';
  if (status !== undefined && status >= 500)
    return status === 500 && CONTEXT.test(words) ? 'context-length' : 'unavailable';
  return wordsKind(words, status);
}

/** Some refuse a text, or one that is too long, as others refuse a key. */
function refusedFor(words: string): FaultKind {
  if (FILTER.test(words)) return 'content-filter';
  return CONTEXT.test(words) ? 'context-length' : 'credentials';
}

function wordsKind(words: string, status: number | undefined): FaultKind {
  if (FILTER.test(words)) return 'content-filter';
  if (CONTEXT.test(words)) return 'context-length';
  if (status === 400 && QUOTA.test(words)) return 'quota';
  if ((status === 400 || status === 412) && isAccount(words)) return 'credentials';
  if (status !== undefined) return 'rejected';
  if (/rate.?limit/.test(words)) return 'rate-limited';
  if (/invalid_request|validation/.test(words)) return 'rejected';
  return 'unavailable';
}

/** The fault that a body tells, with the status of the answer, or of a code within when the answer was a good one. */
export function faultOf(body: unknown, status: number | undefined): Fault {
  const error = told(body);
  const known = status ?? error.status;
  return {
    kind: kindOf(known, error),
    message:
      error.message ??
      (known === undefined
        ? 'The provider reported an error without a message.'
        : `The provider answered ${known} without a message.`),
    ...given('status', known),
    ...given('code', error.code),
    ...given('type', error.type),
    ...given('param', error.param),
  };
}

/** Longest piece of a plain text answer that is quoted. */
const QUOTED = 500;

function bodyOf(textBody: string): unknown {
  try {
    return JSON.parse(textBody);
  } catch {
    const plain = textBody.trim();
    // A page of markup tells a person nothing in an error message.
    return plain.startsWith('<') ? {} : { message: plain.slice(0, QUOTED) };
  }
}

/** A refused call. Throws nothing, whatever the text is. */
export function fault(status: number, header: (name: string) => string | undefined, textBody: string): Fault {
  const found = faultOf(bodyOf(textBody), status);
  return { ...found, ...given('retryAfter', retryAfter(header)), ...retryable(header) };
}

/** OpenAI's own word on whether to try again. Source: https://github.com/openai/openai-node (shouldRetry) */
function retryable(header: (name: string) => string | undefined): { retryable?: boolean } {
  const word = string(header('x-should-retry'));
  return word === 'true' || word === 'false' ? { retryable: word === 'true' } : {};
}
