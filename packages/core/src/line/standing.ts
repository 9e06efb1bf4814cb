import type { Caller } from '../config/types.ts';
import type { LimitState } from '../store/store.ts';
import type { Line } from './line.ts';

/** What is asked for nothing expires soon, should nobody come to settle it. Milliseconds. */
const LOOK = 60_000;

/**
 * How the limits of a caller stand: those that hold whichever model is asked for, and those of `model`. Soft ones are left out: looking at one could take
 * the word of its crossing from whoever listens. Consumes nothing. Rejects as the store does, and as `ofRequest` throws.
 */
export async function standingOf(
  { limits, platform, settings, store }: Line,
  caller: Caller,
  model?: string,
): Promise<readonly LimitState[]> {
  const now = platform.clock.now();
  const subject = model === undefined ? { caller } : { caller, model };
  const scopes = limits.ofRequest(subject, now).flatMap(({ scope, limits }) => {
    const hard = limits.filter(({ soft }) => soft !== true);
    return hard.length === 0 ? [] : [{ scope, limits: hard }];
  });
  if (scopes.length === 0) return [];
  const id = `look_${platform.randomId(12)}`;
  const call = { now, deadline: now + settings.storage.timeout };
  // A limit refuses nothing that consumes nothing of it, and tells how it stands.
  const look = { id, scopes, amounts: {}, expires: now + LOOK, onExpiry: 'release' } as const;
  const answer = await store.limits.admit(look, call);
  await store.limits.settle(id, {}, call);
  return answer.granted ? answer.scopes : [];
}
