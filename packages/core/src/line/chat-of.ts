import type { ChatRequest } from '../chat/request.ts';
import type { LineExchange } from './exchange.ts';

/** The request in the canonical model, kept for the steps that follow: they go on with what this one sees, or changes. Throws RequestError. */
export function chatOf(exchange: LineExchange): ChatRequest {
  exchange.chat ??= readChat(exchange);
  return exchange.chat;
}

/**
 * The request in the canonical model, not kept unless a step had to look into it: what lives while the provider thinks costs the collector more than
 * another attempt costs to read it again. Throws RequestError.
 */
export function readChat(exchange: LineExchange): ChatRequest {
  const { chat, adapter, body, inbound } = exchange;
  if (chat !== undefined) return chat;
  if (adapter === undefined || body === undefined) throw new TypeError('a request without a body');
  const request = body.json();
  exchange.echo ??= adapter.server.echo?.(request);
  return adapter.server.parse(request, inbound);
}
