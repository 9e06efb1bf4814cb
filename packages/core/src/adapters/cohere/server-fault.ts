import type { GatewayError } from '../../kit/errors.ts';
import type { Exchange } from '../adapter.ts';
import { frame } from './wire.ts';

/** How a stream ends that failed: the vendor's last event, with ERROR in the place of a good reason. Source: https://docs.cohere.com/reference/chat-stream (message-end) */
export const errorFrame = (error: GatewayError): string =>
  frame({ type: 'message-end', delta: { error: error.message, finish_reason: 'ERROR' } });

function headersOf(error: GatewayError, id: string): Record<string, string> {
  return {
    ...error.headers,
    'x-request-id': id,
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
    ...(error.shouldRetry === undefined ? {} : { 'x-should-retry': String(error.shouldRetry) }),
  };
}

/** An error as an answer of its own: its words, and the id of the request. Source: https://docs.cohere.com/reference/errors */
export function fault(
  error: GatewayError,
  exchange: Pick<Exchange, 'id'>,
): { status: number; headers: Record<string, string>; body: unknown } {
  return {
    status: error.status,
    headers: headersOf(error, exchange.id),
    body: { id: exchange.id, message: error.message },
  };
}
