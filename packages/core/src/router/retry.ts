import type { Fault } from '../chat/fault.ts';
import { isUsable } from './condition.ts';
import type { Deployment } from './deployment.ts';
import { causeOf, follows } from './fallbacks.ts';
import { CONSEQUENCES } from './faults.ts';
import type { PlannedAttempt } from './plan.ts';

/** First backoff in ms; doubles with each failure of the same deployment, up to {@link MAX_WAIT}. */
const BASE_WAIT = 250;
/** Longest time in ms that a request waits before it asks the same deployment again. A longer Retry-After goes to the client. */
const MAX_WAIT = 8_000;
/** By so much more at most than a provider says: else all whom it told the same would come at the same moment. */
const JITTER = 0.2;

/** The attempt to make next, and how long to wait before it. */
export interface NextAttempt {
  readonly index: number;
  readonly waitMs: number;
}

/** Until when (ms since the epoch) a request must not ask a deployment again, Infinity: never; and how often it failed for it. */
export interface Rest {
  readonly until: number;
  readonly failures: number;
}

/** What a request knows of the deployments that failed for it. */
export type Rests = Map<Deployment, Rest>;

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
  } = ((fault.unfit === true ? undefined : alias?.onFault) ?? CONSEQUENCES)[fault.kind]; // No call was made that a policy could be for.
  const own = causeOf(fault);
  // A policy that leads on from what is the request's own fault leads to the fallbacks for whatever happens, too.
  const cause = fallBack && alias?.fallbacks?.[own] === undefined ? 'any' : own;
  const again = same || (fault.renewed === true && other);
  const failures = (rests.get(failed)?.failures ?? 0) + 1;
  const wait = again && fault.retryable !== false ? waitAfter(fault, failures, random) : Number.POSITIVE_INFINITY;
  rests.set(failed, { until: now + wait, failures });
  for (let next = index + 1; next < plan.length; next++) {
    const to = plan[next];
    if (to === undefined || !follows(to, from, cause, to.alias === alias ? other : fallBack)) continue;
    const { deployment } = to;
    const waitMs = Math.max(0, (rests.get(deployment)?.until ?? now) - now);
    if (waitMs <= MAX_WAIT && isUsable(deployment.health, now + waitMs)) return { index: next, waitMs };
  }
  return undefined;
}

/** How long a deployment that failed so often is left alone by this request, in ms. 0 where it may be asked again at once. */
function waitAfter({ retryAfter }: Fault, failures: number, random: () => number): number {
  if (retryAfter === 0) return 0;
  if (retryAfter !== undefined) {
    const asked = retryAfter * 1_000;
    return Math.min(asked * (1 + JITTER * random()), Math.max(asked, MAX_WAIT));
  }
  const ceiling = Math.min(MAX_WAIT, BASE_WAIT * 2 ** (failures - 1));
  return ceiling / 2 + (ceiling / 2) * random();
}
