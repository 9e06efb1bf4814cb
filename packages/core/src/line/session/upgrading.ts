import { type Route, routeOf } from '../../adapters/routes.ts';
import type { GatewayError } from '../../kit/errors.ts';
import { pathBelow } from '../../kit/path-below.ts';
import type { GatewayRequest } from '../../transport/gateway-request.ts';
import type { UpgradeRequest, UpgradeSocket, WebSockets } from '../../transport/web-socket.ts';
import type { LineExchange } from '../exchange.ts';
import { refuse } from '../refuse.ts';
import { SessionRequest } from './request.ts';
import { openSession } from './upgrade.ts';
import type { UpgradeOptions } from './upgrade-options.ts';

/** match, for upgrades: the gateway's `upgrade`. `begin` makes the exchange; `refusal` tells why none is taken any more. */
export function upgrading(
  sockets: WebSockets | undefined,
  begin: (route: Route, request: GatewayRequest) => LineExchange,
  refusal: () => GatewayError | undefined,
) {
  return (request: UpgradeRequest, socket: UpgradeSocket, head: Uint8Array, options: UpgradeOptions = {}): boolean => {
    const url = pathBelow(options.prefix ?? '', request.url ?? '');
    const route = url === undefined ? undefined : sessionRoute(url);
    if (sockets === undefined || url === undefined || route === undefined) return false;
    const offer = sockets.offer(request, socket, head, url, options.host ?? request);
    const exchange = begin(route, new SessionRequest(offer.request));
    const refused = refusal();
    if (refused === undefined) void openSession(exchange, offer, options);
    else offer.refuse(refuse(exchange, refused));
    return true;
  };
}

function sessionRoute(url: string): Route | undefined {
  const route = routeOf(url.split('?', 1)[0] ?? '', { header: () => undefined });
  return route?.operation === 'realtime' && route.method === 'GET' ? route : undefined;
}
