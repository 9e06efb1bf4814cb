import type { GatewayError } from '../../kit/errors.ts';
import type { Exchange } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { frame } from './wire.ts';

/** The vendor's type for a status. Source: https://platform.claude.com/docs/en/api/errors */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function typeOf(error: GatewayError): string {
  if (error.code === 'upstream_overloaded') return 'overloaded_error';
  return TYPES[error.status] ?? (error.status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** The error envelope; the provider's own code stands where this format has one. `id` is the request's, where it is known. */
function errorBody(error: GatewayError, id?: string): { type: 'error'; error: Json; request_id?: string } {
  const details = error.upstreamCode === undefined ? {} : { details: { error_code: error.upstreamCode } };
  return {
    type: 'error',
    error: { type: typeOf(error), message: error.message, ...details },
    ...(id === undefined ? {} : { request_id: id }),
  };
}

/** The in-band error of a stream; nothing follows it. */
export const errorFrame = (error: GatewayError, id?: string): string => frame('error', errorBody(error, id));

function headersOf(error: GatewayError, id: string): Record<string, string> {
  return {
    ...error.headers,
    'request-id': id,
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
    ...(error.shouldRetry === undefined ? {} : { 'x-should-retry': String(error.shouldRetry) }),
  };
}

/** An error as an answer of its own. */
export function fault(
  error: GatewayError,
  exchange: Pick<Exchange, 'id'>,
): { status: number; headers: Record<string, string>; body: unknown } {
  return { status: error.status, headers: headersOf(error, exchange.id), body: errorBody(error, exchange.id) };
}
