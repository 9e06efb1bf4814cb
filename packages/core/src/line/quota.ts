import type { Quota, QuotaState } from '../adapters/adapter.ts';
import type { LimitState } from '../store/store.ts';

/** Of each kind the limit that is nearest to its end. */
export function quotaOf(states: readonly LimitState[], now: number): Quota {
  const quota: { -readonly [Kind in keyof Quota]: QuotaState } = {};
  for (const state of states) {
    const { counts } = state;
    if (counts === 'nanoUsd' || counts === 'concurrency') continue;
    const remaining = Math.max(0, state.max - state.used - state.reserved);
    const known = quota[counts];
    if (known !== undefined && known.remaining <= remaining) continue;
    quota[counts] = { limit: state.max, remaining, resetIn: Math.max(0, state.resetAt - now), resetAt: state.resetAt };
  }
  return quota;
}
