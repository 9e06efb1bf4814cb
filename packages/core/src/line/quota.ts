import type { Quota, QuotaState } from '../adapters/adapter.ts';
import { unitOfLimit } from '../config/limit-settings.ts';
import type { LimitState } from '../store/store.ts';

/** Of each kind the limit that is nearest to its end. */
export function quotaOf(states: readonly LimitState[], now: number): Quota {
  const quota: { -readonly [Kind in keyof Quota]: QuotaState } = {};
  for (const state of states) {
    const unit = unitOfLimit(state.limit);
    if (unit === 'usd' || unit === 'concurrency') continue;
    const remaining = Math.max(0, state.max - state.used - state.reserved);
    const known = quota[unit];
    if (known !== undefined && known.remaining <= remaining) continue;
    quota[unit] = { limit: state.max, remaining, resetIn: Math.max(0, state.resetAt - now), resetAt: state.resetAt };
  }
  return quota;
}
