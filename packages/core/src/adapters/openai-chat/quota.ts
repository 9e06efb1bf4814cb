import type { Quota } from '../adapter.ts';

/** Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers (`x-ratelimit-reset-requests: 1s`, `6m0s`) */
export function quota({ requests, tokens }: Quota): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, state] of Object.entries({ requests, tokens })) {
    if (state === undefined) continue;
    headers[`x-ratelimit-limit-${name}`] = String(state.limit);
    headers[`x-ratelimit-remaining-${name}`] = String(state.remaining);
    headers[`x-ratelimit-reset-${name}`] = span(state.resetIn);
  }
  return headers;
}

/** A span of time as it is written there: `850ms`, `1.5s`, `6m0s`, `2h3m0s`. */
function span(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3_600);
  const minutes = `${Math.floor((whole % 3_600) / 60)}m${whole % 60}s`;
  return hours === 0 ? minutes : `${hours}h${minutes}`;
}
