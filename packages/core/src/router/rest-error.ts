import { UpstreamError } from '../kit/errors.ts';
import type { Condition } from './condition.ts';

/** What is said of an alias whose deployments are looked up, while there are none. */
export const noneFound = (): UpstreamError =>
  new UpstreamError('upstream_unavailable', 'No provider of this model is found at present.', {
    status: 503,
    retryAfter: 1,
  });

/** What is said at once in place of asking a deployment that rests: in the words of what it failed with. `now`: ms since the epoch. */
export function restError(health: Pick<Condition, 'fault' | 'restsUntil'> | undefined, now: number): UpstreamError {
  const retryAfter = Math.max(1, Math.ceil(((health?.restsUntil ?? now) - now) / 1000));
  const [code, status] =
    health?.fault === 'rate-limited'
      ? (['upstream_rate_limited', 429] as const)
      : (['upstream_unavailable', 503] as const);
  return new UpstreamError(code, 'All providers of this model failed a moment ago.', { retryAfter, status });
}
