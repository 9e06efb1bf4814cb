import { textOf } from '../kit/text-of.ts';
import type { Amounts, Refused, Reservation } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import type { Held } from './outcome.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';

export const isMetered = (scopes: Reservation['scopes']): boolean =>
  scopes.some(({ limits }) =>
    limits.some(({ counts, soft }) => soft !== true && counts !== 'requests' && counts !== 'concurrency'),
  );

/** Milliseconds behind a request's time limit that its settlement may take: what expires before it counts as if all of it had been used. */
const GRACE = 60_000;

/** When what is reserved now expires. A stream ends with its time limit, so this holds for the longest. */
export const expiryOf = ({ total, plan }: LineExchange, now: number): number =>
  now + (total ?? plan[0]?.alias.total ?? 0) + GRACE;

/**
 * Reserves more on each of what is held, and sets until when; `by` says how much, undefined for one that has enough. Gives the first refusal; what was
 * granted before it stays. Never rejects: a store that fails ends no answer, and is told to the operator.
 */
export async function extendHeld(
  exchange: LineExchange,
  held: readonly Held[],
  by: (one: Held) => Amounts | undefined,
  expires: number,
): Promise<Refused | undefined> {
  const { log } = exchange.line.settings;
  const { pending, store } = exchange.line;
  pending.begin();
  try {
    for (const one of held) {
      const more = by(one);
      if (more === undefined) continue;
      const answer = await store.limits.extend(one.id, more, expires, storeCall(exchange));
      if (!answer.granted) return answer;
      one.amounts = sumOf(one.amounts, more);
      tellCrossed(exchange, answer.scopes);
    }
  } catch (cause) {
    log.error('the store failed to extend a reservation', { request: exchange.id, cause: textOf(cause) });
  } finally {
    pending.end();
  }
  return undefined;
}

function sumOf(amounts: Amounts, more: Amounts): Amounts {
  const sum: Partial<Record<keyof Amounts, number>> = { ...amounts };
  for (const name of Object.keys(more) as (keyof Amounts)[]) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0);
  return sum;
}
