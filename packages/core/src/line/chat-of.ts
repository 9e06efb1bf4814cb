import type { ChatRequest } from '../chat/request.ts';
import type { LineExchange } from './exchange.ts';

/** The request in the canonical model, parsed when the first step needs it. Throws RequestError. */
export function chatOf(exchange: LineExchange): ChatRequest {
  if (exchange.chat === undefined) {
    if (exchange.adapter === undefined || exchange.body === undefined) throw new TypeError('a request without a body');
    exchange.chat = exchange.adapter.server.parse(exchange.body.json(), exchange.inbound);
  }
  return exchange.chat;
}
