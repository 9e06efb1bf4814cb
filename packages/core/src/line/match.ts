import { type Route, routeOf } from '../adapters/routes.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';

/**
 * match: which operation in which client format, or undefined when the request isn't ours and the host goes on.
 * OPTIONS is never ours: CORS stays the host's.
 */
export function match(request: GatewayRequest): Route | undefined {
  if (request.method === 'OPTIONS') return undefined;
  return routeOf(request.path, request);
}
