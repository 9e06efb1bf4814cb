import { isGatewayError } from '../kit/errors.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Amounts } from '../store/store.ts';
import { picksBehind } from './behind.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, extendHeld } from './held.ts';
import { unbind } from './ready.ts';
import { amountsFor, isUnbounded, longestAnswer } from './worst-case.ts';

/** A plan grows no longer than that. */
const LONGEST_PLAN = 16;

/**
 * The attempt at `index` came to no call, since its deployment has no room within its limits, rests by now, or can't express the request: it uses up none of the
 * plan, so another pick takes its place there behind the others of its alias, where there is one left and the caller's limits have room for it.
 */
export async function pickFurther(exchange: LineExchange, index: number): Promise<void> {
  const { plan } = exchange;
  const refused = plan[index];
  if (refused === undefined || plan.length >= LONGEST_PLAN) return;
  unbind(exchange);
  const [further] = picksBehind(exchange, refused, 1);
  if (further === undefined) return;
  let end = index + 1;
  while (plan[end]?.alias === refused.alias && plan[end]?.fallback === refused.fallback) end++;
  const longer = [...plan.slice(0, end), further, ...plan.slice(end)];
  if (await hasMeans(exchange, longer)) exchange.plan = longer;
  exchange.goOn();
}

/** What is reserved is for the dearest attempt of a plan: is there room for a longer one? What that may need besides is reserved. */
async function hasMeans(exchange: LineExchange, longer: readonly PlannedAttempt[]): Promise<boolean> {
  const { hold, line } = exchange;
  if (hold?.metered !== true) return true;
  const more = moreFor(exchange, hold.scopes, longer);
  if (more === undefined || Object.keys(more).length === 0) return more !== undefined;
  const expires = expiryOf(exchange, line.platform.clock.now());
  return (await extendHeld(exchange, [hold], () => more, expires)) === undefined;
}

/** undefined: nobody knows. */
function moreFor(
  exchange: LineExchange,
  scopes: Parameters<typeof amountsFor>[1],
  longer: readonly PlannedAttempt[],
): Amounts | undefined {
  const { plan } = exchange;
  try {
    const unbounded = isUnbounded(exchange, scopes);
    const before = amountsFor(exchange, scopes, unbounded);
    exchange.plan = longer;
    if (unbounded && longestAnswer(longer) === undefined) return undefined;
    const all = Object.entries(amountsFor(exchange, scopes, unbounded)) as [keyof Amounts, number][];
    return Object.fromEntries(
      all.map(([name, amount]) => [name, amount - (before[name] ?? 0)] as const).filter(([, amount]) => amount > 0),
    );
  } catch (error) {
    if (isGatewayError(error)) return undefined;
    throw error;
  } finally {
    exchange.plan = plan;
  }
}
