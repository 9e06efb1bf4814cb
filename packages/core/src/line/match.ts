import { FEEDBACK, type Route, routeOf } from '../adapters/routes.ts';
import type { Router } from '../router/router.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';

/**
 * match: which operation in which client format, or undefined when the request isn't ours and the host goes on.
 * OPTIONS is never ours: CORS stays the host's.
 */
export function match(
  request: GatewayRequest,
  { relays }: Pick<Router, 'relays'>,
  explains: boolean,
  feedback = false,
): Route | undefined {
  const { method } = request;
  if (method === 'OPTIONS') return undefined;
  if (feedback && request.path === '/v1/feedback') return FEEDBACK;
  const found = routeOf(request.path, request);
  const own = found?.operation === 'explain' && !explains ? undefined : found;
  // What a provider keeps shares paths with operations, by another method.
  const route = own === undefined || own.method !== method ? (relays?.route(request) ?? own) : own;
  // Load balancers ask for the head of a health check; node:http leaves the body away by itself.
  return method === 'HEAD' && route?.operation !== 'health' ? undefined : route;
}
