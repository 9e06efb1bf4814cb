import type { Fault, FaultKind } from '../chat/fault.ts';
import { isUsable } from './condition.ts';
import type { Deployment } from './deployment.ts';
import { causeOf, follows } from './fallbacks.ts';
import type { PlannedAttempt } from './plan.ts';

/** What a kind of fault means for the attempts that are left. */
interface Consequence {
  /** May the same deployment be asked again? */
  readonly same: boolean;
  /** May another deployment be asked? If not, the request is at fault, and only fallbacks that are meant for that may be asked. */
  readonly other: boolean;
}

const CONSEQUENCES: Readonly<Record<FaultKind, Consequence>> = {
  unavailable: { same: true, other: true },
  overloaded: { same: true, other: true },
  timeout: { same: true, other: true },
  'rate-limited': { same: true, other: true },
  quota: { same: false, other: true },
  credentials: { same: false, other: true },
  'model-not-found': { same: false, other: true },
  'context-length': { same: false, other: false },
  'content-filter': { same: false, other: false },
  rejected: { same: false, other: false },
  'invalid-response': { same: true, other: true },
  incomplete: { same: true, other: true },
};

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
  const consequence = CONSEQUENCES[fault.kind];
  const from = plan[index];
  if (from === undefined) return undefined;
  const failed = from.deployment;
  const cause = causeOf(fault);
  const same = consequence.same || fault.renewed === true;
  if (!same || fault.retryable === false) rests.set(failed, Number.POSITIVE_INFINITY);
  else if (fault.retryAfter !== undefined) rests.set(failed, now + fault.retryAfter * 1000);
  for (let next = index + 1; next < plan.length; next++) {
    const to = plan[next];
    if (to === undefined || !follows(to, from, cause, consequence.other)) continue;
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
