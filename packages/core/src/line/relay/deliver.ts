import { ClientGone, isGatewayError } from '../../kit/errors.ts';
import type { GatewayReply } from '../../transport/gateway-request.ts';
import type { Answer, RelayHead } from '../answer.ts';
import type { LineExchange } from '../exchange.ts';
import { posternHeaders } from '../headers.ts';
import { settle, settleStream } from '../settle.ts';

type Relayed = Extract<Answer, { kind: 'relay' | 'relayed' }>;

const EVENTS = /^text\/event-stream\b/i;

/** deliver, of an answer that is passed on: with its own status, and those of its headers that may pass. */
export function deliverRelay(exchange: LineExchange, answer: Relayed): GatewayReply {
  const { status } = answer.head;
  const headers = headersOf(exchange, answer.head);
  if (answer.kind === 'relayed') {
    settle(exchange, 'ok', status);
    return { status, headers, body: answer.body, cancel: () => {} };
  }
  const { stream } = answer;
  stream.onEnd = (fault) => settleStream(exchange, fault, status);
  exchange.replied = true;
  return {
    status,
    headers,
    body: stream,
    clientIdle: exchange.line.settings.timeouts.clientIdle,
    cancel: (reason) => exchange.cancel(isGatewayError(reason) ? reason : new ClientGone(reason)),
  };
}

function headersOf(exchange: LineExchange, { headers }: RelayHead): Record<string, string> {
  const { 'content-type': own, ...postern } = posternHeaders(exchange, headers['content-type'] ?? '');
  // As for any stream of events: nothing between here and the client may hold them back.
  const events = EVENTS.test(own ?? '') ? { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' } : {};
  return { ...headers, ...events, ...postern };
}
