import type { Fault } from '../chat/fault.ts';
import { hasRoom } from './condition.ts';
import type { PlannedAttempt } from './plan.ts';
import { nextAttempt, type Rests } from './retry.ts';

/** A deployment that is full is passed over as one that says that it is: where a policy gives that back, its request waits for it. */
const FULL: Fault = { kind: 'overloaded', message: 'It has as many calls under way as it may.', retryable: false };

/**
 * Which attempt to make in place of one whose deployment is full: the next that is planned and has room; else the first at which one may wait; else the very
 * same. `rests`, `now`, `random`: as of {@link nextAttempt}.
 */
export function withRoom(
  plan: readonly PlannedAttempt[],
  index: number,
  rests: Rests,
  now: number,
  random: () => number,
): number {
  const passed: Rests = new Map(rests);
  let queue: number | undefined;
  let at = index;
  for (;;) {
    const health = plan[at]?.deployment.health;
    if (health !== undefined && hasRoom(health)) return at;
    if (queue === undefined && health?.room?.takes === true) queue = at;
    let next = nextAttempt(plan, at, FULL, passed, now, random);
    // One that is left alone for a moment is no place to go to now.
    while (next !== undefined && next.waitMs > 0) next = nextAttempt(plan, next.index, FULL, passed, now, random);
    if (next === undefined) return queue ?? index;
    at = next.index;
  }
}
