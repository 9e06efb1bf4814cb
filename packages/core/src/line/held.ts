import { LimitError } from '../kit/errors.ts';
import type { Amounts, Reservation } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { limitError } from './limit-error.ts';
import type { Held } from './outcome.ts';
import { uncheckedBy } from './store-away.ts';
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
 * granted before it stays. Never rejects: while the store is away it goes as `onFailure` says of what is held, and what no limit counts goes on.
 */
export async function extendHeld(
  exchange: LineExchange,
  held: readonly Held[],
  by: (one: Held) => Amounts | undefined,
  expires: number,
): Promise<LimitError | undefined> {
  const { pending, store } = exchange.line;
  pending.begin();
  try {
    for (const one of held) {
      const more = by(one);
      if (more === undefined) continue;
      const call = storeCall(exchange);
      const answer = await store.limits
        .extend(one.id, more, expires, call)
        .catch((cause: unknown) => (one.metered ? uncheckedBy(exchange, one.scopes, cause) : undefined));
      if (answer === undefined) continue;
      if (answer instanceof LimitError) return answer;
      if (!answer.granted) return limitError(answer, call.now);
      one.amounts = sumOf(one.amounts, more);
      tellCrossed(exchange, answer.scopes);
    }
  } finally {
    pending.end();
  }
  return undefined;
}

/** Both together. */
export function sumOf(amounts: Amounts, more: Amounts): Amounts {
  const sum: Partial<Record<keyof Amounts, number>> = { ...amounts };
  for (const name of Object.keys(more) as (keyof Amounts)[]) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0);
  return sum;
}
