import { lettersAndDigits } from '../../kit/random.ts';
import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/** One row: status, the error's type, its message. */
type Row = readonly [status: number, type: string, message: string];

/** Statuses and types: https://docs.anthropic.com/en/api/errors. 408 and 502 come from what stands before the API, in its envelope here. */
const ROWS: Readonly<Record<ErrorKind, Row>> = {
  'bad-request': [400, 'invalid_request_error', 'The request was rejected.'],
  context: [400, 'invalid_request_error', 'prompt is too long: 214315 tokens > 200000 maximum'],
  filter: [400, 'invalid_request_error', 'Output blocked by content filtering policy'],
  unauthenticated: [401, 'authentication_error', 'invalid x-api-key'],
  payment: [
    402,
    'billing_error',
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ],
  forbidden: [403, 'permission_error', 'Your API key does not have permission to use the specified resource.'],
  'not-found': [404, 'not_found_error', 'model: {model}'],
  timeout: [408, 'timeout_error', 'Request timed out.'],
  'too-large': [413, 'request_too_large', 'Request exceeds the maximum size'],
  'rate-limit': [
    429,
    'rate_limit_error',
    "This request would exceed your organization's rate limit of 50 requests per minute.",
  ],
  quota: [429, 'rate_limit_error', 'You have reached your specified API usage limits.'],
  server: [500, 'api_error', 'Internal server error'],
  'bad-gateway': [502, 'api_error', 'Bad gateway'],
  unavailable: [503, 'api_error', 'Service unavailable'],
  'gateway-timeout': [504, 'timeout_error', 'Request timed out while processing'],
  overloaded: [529, 'overloaded_error', 'Overloaded'],
};

/** An error in Anthropic's envelope. Source: https://docs.anthropic.com/en/api/errors#error-shapes. */
export function anthropicError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [status, type, usual] = ROWS[kind];
  const message = detail.message ?? usual.replace('{model}', detail.model ?? 'sim');
  const wait = String(detail.retryAfter ?? 0);
  return { status, headers: kind === 'rate-limit' ? rateLimitHeaders(wait) : {}, body: envelope(type, message) };
}

/** The envelope; each has the id of its request. */
function envelope(type: string, message: string): unknown {
  return { type: 'error', error: { type, message }, request_id: `req_011${lettersAndDigits(21, 'error', message)}` };
}

/** 400 in the words of the validation. */
export function invalidRequest(message: string): VendorError {
  return anthropicError('bad-request', { message });
}

/** Source: https://docs.anthropic.com/en/api/rate-limits#response-headers. */
function rateLimitHeaders(wait: string): Record<string, string> {
  return {
    'retry-after': wait,
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '0',
  };
}
