import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/** One row: status and message. */
type Row = readonly [status: number, message: string];

/**
 * Statuses and messages: https://docs.cohere.com/reference/errors and, for 429, https://docs.cohere.com/docs/rate-limits. What that page does not list
 * comes from what stands before the API, in its envelope here.
 */
const ROWS: Readonly<Record<ErrorKind, Row>> = {
  'bad-request': [400, 'invalid request: the request was rejected.'],
  context: [
    400,
    'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292. Try using a shorter prompt, or enabling prompt truncating. See https://docs.cohere.com/reference/generate for more details.',
  ],
  filter: [400, 'invalid request: content was blocked'],
  unauthenticated: [401, 'invalid api token'],
  payment: [
    402,
    'Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue',
  ],
  forbidden: [403, 'this API key is not allowed to do that'],
  'not-found': [
    404,
    "model '{model}' not found, make sure the correct model ID was used and that you have access to the model.",
  ],
  timeout: [408, 'request timed out'],
  'too-large': [413, 'request entity too large'],
  'rate-limit': [
    429,
    "You are using a Trial key, which is limited to 10 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'.",
  ],
  quota: [
    429,
    "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'.",
  ],
  server: [500, 'internal server error, this has been reported to our developers.'],
  'bad-gateway': [502, 'bad gateway'],
  unavailable: [503, 'service unavailable'],
  'gateway-timeout': [504, 'gateway timeout'],
  overloaded: [529, 'overloaded'],
};

/** An error in the vendor's envelope: an object with a message. Source: https://docs.cohere.com/reference/errors */
export function cohereError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [status, usual] = ROWS[kind];
  const message = detail.message ?? usual.replace('{model}', detail.model ?? 'sim');
  const headers = kind === 'rate-limit' ? { 'retry-after': String(detail.retryAfter ?? 0) } : {};
  return { status, headers, body: { id: 'b8d2e7a0-0000-4000-8000-000000000000', message } };
}

/** 400 in the words of the validation. */
export const invalid = (words: string): VendorError =>
  cohereError('bad-request', { message: `invalid request: ${words}` });
