import type { GatewayError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';

/** OpenAI's error types by status. Source: https://platform.openai.com/docs/guides/error-codes and the errors of its SDKs */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** How types are written here; another vendor's `RESOURCE_EXHAUSTED` is none. */
const WORD = /^[a-z][a-z0-9_.-]*$/;

/** What clients of this format know as: the money is used up, so don't try again. */
const QUOTA = 'insufficient_quota';

const codeOf = ({ code, upstreamCode }: GatewayError): string =>
  upstreamCode ?? (code === 'budget_exhausted' ? QUOTA : code);

function typeOf(error: GatewayError): string {
  if (error.upstreamType !== undefined && WORD.test(error.upstreamType)) return error.upstreamType;
  if (codeOf(error) === QUOTA) return QUOTA;
  return TYPES[error.status] ?? (error.status >= 500 ? 'server_error' : 'invalid_request_error');
}

/** The error envelope of this format. Source: https://platform.openai.com/docs/api-reference (ErrorResponse of its OpenAPI) */
function errorBody(error: GatewayError): { error: Json } {
  return {
    error: {
      message: error.message,
      type: typeOf(error),
      param: error.param ?? null,
      code: codeOf(error),
    },
  };
}

/** A refused request. `x-should-retry` is what OpenAI's SDKs look at before they retry by themselves. */
export function fault(error: GatewayError): { status: number; headers: Record<string, string>; body: unknown } {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...error.headers };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.max(0, Math.ceil(error.retryAfter)));
  if (error.shouldRetry !== undefined) headers['x-should-retry'] = String(error.shouldRetry);
  return { status: error.status, headers, body: errorBody(error) };
}

/** The in-band error of a stream. Nothing follows it, and no `[DONE]`. */
export function errorFrame(error: GatewayError): string {
  return `data: ${JSON.stringify(errorBody(error))}\n\n`;
}
