import type { Fault } from '../chat/fault.ts';
import { isUsable } from './condition.ts';
import type { Deployment } from './deployment.ts';
import { causeOf, follows } from './fallbacks.ts';
import { CONSEQUENCES } from './faults.ts';
import type { PlannedAttempt } from './plan.ts';

/** First backoff in ms; doubles with each retry of the same deployment, up to {@link MAX_WAIT}. */
const BASE_WAIT = 250;
/** Longest time in ms that a request waits before it asks the same deployment again. A longer Retry-After goes to the client. */
const MAX_WAIT = 8_000;

/** The attempt to make next, and how long to wait before it. */
export interface NextAttempt {
  readonly index: number;
  readonly waitMs: number;
}

/** Until when (ms since the epoch) this request must not ask a deployment again; Infinity: never. */
export type Rests = Map<Deployment, number>;

/**
 * After `plan[index]` failed with `fault`: which attempt comes next, or undefined when none makes sense. `rests` is what earlier faults of this
 * request said, and is added to. `random` gives the jitter.
 */
export function nextAttempt(
  plan: readonly PlannedAttempt[],
  index: number,
  fault: Fault,
  rests: Rests,
  now: number,
  random: () => number,
): NextAttempt | undefined {
  const from = plan[index];
  if (from === undefined) return undefined;
  const { alias, deployment: failed } = from;
  const {
    same,
    next: other,
    fallBack,
  } = // No call was made that a policy could be for.
  ((fault.unfit === true ? undefined : alias?.onFault) ?? CONSEQUENCES)[fault.kind];
  const own = causeOf(fault);
  // A policy that leads on from what is the request's own fault leads to the fallbacks for whatever happens, too.
  const cause = fallBack && alias?.fallbacks?.[own] === undefined ? 'any' : own;
  const again = same || (fault.renewed === true && other);
  if (!again || fault.retryable === false) rests.set(failed, Number.POSITIVE_INFINITY);
  else if (fault.retryAfter !== undefined) rests.set(failed, now + fault.retryAfter * 1000);
  for (let next = index + 1; next < plan.length; next++) {
    const to = plan[next];
    if (to === undefined || !follows(to, from, cause, to.alias === alias ? other : fallBack)) continue;
    const { deployment } = to;
    const rest = Math.max(0, (rests.get(deployment) ?? now) - now);
    if (rest > MAX_WAIT || !isUsable(deployment.health, now + rest)) continue;
    const waitMs = deployment === failed && fault.retryAfter === undefined ? backoff(next - index, random) : rest;
    return { index: next, waitMs };
  }
  return undefined;
}

function backoff(round: number, random: () => number): number {
  const ceiling = Math.min(MAX_WAIT, BASE_WAIT * 2 ** (round - 1));
  return ceiling / 2 + (ceiling / 2) * random();
}
