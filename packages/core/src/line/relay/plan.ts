import { keepsResources } from '../../adapters/resources.ts';
import type { RelayRoute } from '../../adapters/routes.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Deployment } from '../../router/deployment.ts';
import type { PlannedAttempt } from '../../router/plan.ts';
import type { Question } from '../../router/question.ts';
import { notFound } from '../claim.ts';
import type { LineExchange } from '../exchange.ts';

/** plan, of a request that is passed on: to where what it names was made, else to the route's provider. Only what reads is sent again after a fault. */
export function planRelay(exchange: LineExchange, relay: RelayRoute): readonly PlannedAttempt[] {
  const { router } = exchange.line;
  const place = exchange.home ?? router.place(relay.provider);
  if (place === undefined) throw new TypeError('a route to a provider that there is not');
  return router.relay(place, exchange.request.method === 'GET');
}

/** The attempts that reach what the request names, and none that would give it what is another's. Throws RequestError `resource_not_found` when none is left. */
export function atHome(exchange: LineExchange, plan: readonly PlannedAttempt[]): readonly PlannedAttempt[] {
  const { home, unclaimed } = exchange;
  if (home === undefined && unclaimed === undefined) return plan;
  const left = plan.filter(({ deployment }) => mayGo(exchange, deployment));
  if (left.length > 0) return left;
  if (unclaimed !== undefined) throw notFound(unclaimed);
  throw new RequestError(
    'resource_not_found',
    'What the request names was made at a provider that does not serve this model here.',
  );
}

/** Of the deployments that a request may come to those that {@link atHome} leaves in its plan, where what it names decides about that. */
export function placesOf(exchange: LineExchange): Pick<Question, 'places'> | undefined {
  const { fallbacks, home, line, peek, route, unclaimed } = exchange;
  if (home === undefined && unclaimed === undefined) return undefined;
  const reach = line.router.reach(peek.model, fallbacks);
  return {
    places: reach
      .filter((one) => mayGo(exchange, (route.format && one.also.get(route.format)) ?? one))
      .map(({ id }) => id),
  };
}

const mayGo = ({ home, unclaimed }: LineExchange, { provider, target }: Deployment): boolean =>
  (home === undefined || provider === home.provider) && (unclaimed === undefined || !keepsResources(target.row.format));
