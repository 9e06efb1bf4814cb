import { LimitError } from '../kit/errors.ts';
import type { Refused } from '../store/store.ts';

/** What the caller is told. Money that is used up is no matter of waiting a moment, so SDKs are told not to. */
export function limitError(refused: Refused, now: number): LimitError {
  const retryAfter = Math.max(1, Math.ceil((refused.resetAt - now) / 1000));
  const what = `The limit '${refused.limit}' of ${refused.scope} is reached.`;
  return refused.counts === 'nanoUsd'
    ? new LimitError('budget_exhausted', what, { retryAfter, shouldRetry: false })
    : new LimitError('rate_limited', what, { retryAfter });
}
