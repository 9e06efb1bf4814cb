import { sessionPeek } from '../../adapters/realtime/call.ts';
import { agreedProtocol, offeredProtocols } from '../../adapters/realtime/protocols.ts';
import { AccessError, LimitError } from '../../kit/errors.ts';
import { nameWithin } from '../../kit/longest-name.ts';
import type { SocketOffer, WireSocket } from '../../transport/web-socket.ts';
import type { LineExchange } from '../exchange.ts';
import { posternHeaders } from '../headers.ts';
import { identify } from '../identify.ts';
import { refuse } from '../refuse.ts';
import { answer, start } from '../walk.ts';
import { Relay } from './relay.ts';
import { checkHandshake, checkOrigin, SessionRequest } from './request.ts';
import type { UpgradeOptions } from './upgrade-options.ts';

/**
 * The line for a session: identify → authorise → plan → admit → attempt { dial } → 101 → relay → settle. Every error exit before the 101 is an HTTP
 * answer in the client's format. Never rejects.
 */
export async function openSession(exchange: LineExchange, offer: SocketOffer, options: UpgradeOptions): Promise<void> {
  try {
    // A client that leaves, the deadline and a gateway that closes end it at once, whatever step hangs.
    const cancelled = new Promise<never>((_, reject) => {
      exchange.onCancel = reject;
    });
    exchange.onDrain = () =>
      exchange.cancel(new LimitError('draining', 'The gateway is shutting down.', { retryAfter: 1 }));
    const upstream = await Promise.race([opened(exchange, options), cancelled]);
    exchange.onCancel = () => {};
    await relayed(exchange, offer, upstream);
  } catch (error) {
    offer.refuse(refuse(exchange, error));
  }
}

async function opened(exchange: LineExchange, { origins = [] }: UpgradeOptions): Promise<WireSocket> {
  const { request, line } = exchange;
  start(exchange);
  checkHandshake(request);
  checkOrigin(request, origins);
  if (request instanceof SessionRequest) request.checkKeys();
  const identifying = identify(exchange);
  if (identifying !== undefined) await identifying;
  exchange.goOn();
  if (!line.settings.features.realtime) throw new AccessError('forbidden', 'Sessions are not enabled on this gateway.');
  const peek = sessionPeek(exchange.inbound);
  nameWithin(peek.model);
  exchange.peek = peek;
  const answered = await answer(exchange);
  if (answered.kind !== 'socket') throw new TypeError('a session that is none');
  // Over meanwhile: nobody would end it.
  if (exchange.cancelled !== undefined) answered.socket.destroy();
  return answered.socket;
}

async function relayed(exchange: LineExchange, offer: SocketOffer, upstream: WireSocket): Promise<void> {
  try {
    const protocol = agreedProtocol(offeredProtocols(exchange.request.header('sec-websocket-protocol')));
    const { 'content-type': _, ...headers } = posternHeaders(exchange, '');
    const client = await offer.accept(protocol, headers);
    if (exchange.cancelled !== undefined) {
      client.destroy();
      throw exchange.cancelled;
    }
    new Relay(exchange, client, upstream).start();
  } catch (error) {
    upstream.destroy();
    throw error;
  }
}
