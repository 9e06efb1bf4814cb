import type { Quota } from '../adapter.ts';
import { isoTime } from '../shared/iso-time.ts';

const NAMES = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'input-tokens',
  outputTokens: 'output-tokens',
} as const satisfies Record<keyof Quota, string>;

/** Source: https://platform.claude.com/docs/en/api/rate-limits#response-headers (the reset is a time in RFC 3339) */
export function quota(quota: Quota): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const key of Object.keys(NAMES) as (keyof Quota)[]) {
    const state = quota[key];
    if (state === undefined) continue;
    const name = `anthropic-ratelimit-${NAMES[key]}`;
    headers[`${name}-limit`] = String(state.limit);
    headers[`${name}-remaining`] = String(state.remaining);
    headers[`${name}-reset`] = isoTime(Math.ceil(state.resetAt / 1_000));
  }
  return headers;
}
