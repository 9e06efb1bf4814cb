import type { GatewayError } from '../../kit/errors.ts';
import type { Wire } from './wire.ts';

/** google.rpc.Code by HTTP status: https://cloud.google.com/apis/design/errors#handling_errors */
const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

const wordOf = (status: number): string => WORDS[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');

const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;

function detailsOf(error: GatewayError): Wire[] {
  const details: Wire[] = [{ '@type': type('ErrorInfo'), reason: error.code.toUpperCase(), domain: 'postern' }];
  if (error.param !== undefined)
    details.push({
      '@type': type('BadRequest'),
      fieldViolations: [{ field: error.param, description: error.message }],
    });
  if (error.retryAfter !== undefined) details.push({ '@type': type('RetryInfo'), retryDelay: `${error.retryAfter}s` });
  return details;
}

/** An error in the vendor's envelope, a google.rpc.Status. Source: https://google.aip.dev/193 */
export function errorBody(error: GatewayError): Wire {
  return {
    error: { code: error.status, message: error.message, status: wordOf(error.status), details: detailsOf(error) },
  };
}

/** An error as a reply. */
export function renderFault(error: GatewayError): { status: number; headers: Record<string, string>; body: unknown } {
  const headers: Record<string, string> = { ...error.headers };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfter));
  if (error.shouldRetry === false) headers['x-should-retry'] = 'false';
  return { status: error.status, headers, body: errorBody(error) };
}
