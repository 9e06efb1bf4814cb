import { firstStep } from '../router/fallbacks.ts';
import type { LineExchange } from './exchange.ts';

/**
 * No budget has room for what is planned: from here on the request is served by the fallbacks that are meant for that, and counts for the alias that is
 * given. undefined: there are none, or they were taken already.
 */
export function takeBudgetFallbacks(exchange: LineExchange): string | undefined {
  const { plan } = exchange;
  const left = plan.filter(({ fallback }) => firstStep(fallback)?.on === 'budget');
  const [next] = left;
  if (next === undefined || next === plan[0]) return undefined;
  exchange.plan = left;
  return next.alias.name;
}
