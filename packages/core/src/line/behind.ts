import type { PlannedAttempt } from '../router/plan.ts';
import type { LineExchange } from './exchange.ts';
import { formatOf } from './plan.ts';
import { questionOf } from './question.ts';

/** At most so many of the deployments that are left where `of` was planned, in the order in which they would be picked now. None where the path says where it goes. */
export function picksBehind(exchange: LineExchange, of: PlannedAttempt, most: number): readonly PlannedAttempt[] {
  const { allowed, line, plan, route } = exchange;
  if ((route.via ?? route.relay) !== undefined || of.alias.deployments.length < 2) return [];
  const found = line.router.behind(plan, of, most, questionOf(exchange), formatOf(exchange));
  return allowed === undefined ? found : found.filter(({ deployment }) => allowed.includes(deployment.name));
}
