import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/** One row: status, the error's type and code, its message. */
type Row = readonly [status: number, type: string, code: string | null, message: string];

/**
 * Statuses and messages: https://platform.openai.com/docs/guides/error-codes. Envelope: openai-openapi `ErrorResponse`
 * (`message`, `type`, `param`, `code`). 402 and 529 are not OpenAI's; OpenAI-compatible providers give them in its envelope.
 */
const ROWS: Readonly<Record<ErrorKind, Row>> = {
  'bad-request': [400, 'invalid_request_error', null, 'The request was rejected.'],
  context: [
    400,
    'invalid_request_error',
    'context_length_exceeded',
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 140012 tokens. Please reduce the length of the messages.",
  ],
  filter: [
    400,
    'invalid_request_error',
    'content_filter',
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  ],
  unauthenticated: [
    401,
    'invalid_request_error',
    'invalid_api_key',
    'Incorrect API key provided: sk-*****. You can find your API key at https://platform.openai.com/account/api-keys.',
  ],
  payment: [402, 'insufficient_balance', 'insufficient_balance', 'Insufficient Balance'],
  forbidden: [
    403,
    'invalid_request_error',
    'unsupported_country_region_territory',
    'Country, region, or territory not supported',
  ],
  'not-found': [
    404,
    'invalid_request_error',
    'model_not_found',
    'The model `{model}` does not exist or you do not have access to it.',
  ],
  timeout: [408, 'timeout', null, 'Request timed out.'],
  'too-large': [413, 'invalid_request_error', null, 'Maximum content size limit (26214400) exceeded'],
  'rate-limit': [
    429,
    'requests',
    'rate_limit_exceeded',
    'Rate limit reached for {model} on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in {wait}s.',
  ],
  quota: [
    429,
    'insufficient_quota',
    'insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  server: [500, 'server_error', null, 'The server had an error while processing your request. Sorry about that!'],
  'bad-gateway': [502, 'server_error', null, 'Bad gateway.'],
  unavailable: [503, 'server_error', null, 'The engine is currently overloaded, please try again later.'],
  'gateway-timeout': [504, 'server_error', null, 'Gateway timeout.'],
  overloaded: [529, 'overloaded_error', null, 'Overloaded'],
};

/** An error in OpenAI's envelope. */
export function openAiError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [status, type, code, usual] = ROWS[kind];
  const wait = String(detail.retryAfter ?? 0);
  const message = detail.message ?? usual.replace('{model}', detail.model ?? 'sim').replace('{wait}', wait);
  const headers = kind === 'rate-limit' ? rateLimitHeaders(wait) : {};
  return { status, headers, body: { error: { message, type, param: null, code } } };
}

/** Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers; the SDKs read Retry-After too. */
function rateLimitHeaders(wait: string): Record<string, string> {
  return {
    'retry-after': wait,
    'x-ratelimit-limit-requests': '3',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': `${wait}s`,
  };
}

/** 400 for one parameter, as the validation of the request gives it. */
export function invalidParameter(message: string, param: string | null, code: string | null): VendorError {
  return { status: 400, headers: {}, body: { error: { message, type: 'invalid_request_error', param, code } } };
}

/** Source: api.openai.com; code `missing_required_parameter`. */
export function missing(name: string): VendorError {
  return invalidParameter(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter');
}

/** Source: api.openai.com; code `empty_array`. */
export function empty(param: string): VendorError {
  return invalidParameter(
    `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
    param,
    'empty_array',
  );
}

/** 401 without a key. Source: the answer of api.openai.com to a request without Authorization. */
export function missingKey(): VendorError {
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.";
  return {
    status: 401,
    headers: {},
    body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
  };
}

/** Azure's 401. Source: https://learn.microsoft.com/azure/ai-services/openai/reference, answers of Azure API Management. */
export function azureDenied(): VendorError {
  const message =
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';
  return { status: 401, headers: {}, body: { error: { code: '401', message } } };
}
