import type { Quota, QuotaState } from '../adapter.ts';

/** Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers (`x-ratelimit-reset-requests: 1s`, `6m0s`) */
export function quota({ requests, tokens }: Quota): Record<string, string> {
  const headers: Record<string, string> = {};
  if (requests !== undefined) put(headers, REQUESTS, requests);
  if (tokens !== undefined) put(headers, TOKENS, tokens);
  return headers;
}

type Names = readonly [limit: string, remaining: string, reset: string];
const namesOf = (what: string): Names => [
  `x-ratelimit-limit-${what}`,
  `x-ratelimit-remaining-${what}`,
  `x-ratelimit-reset-${what}`,
];
const REQUESTS = namesOf('requests');
const TOKENS = namesOf('tokens');

function put(headers: Record<string, string>, [limit, remaining, reset]: Names, state: QuotaState): void {
  headers[limit] = String(state.limit);
  headers[remaining] = String(state.remaining);
  headers[reset] = span(state.resetIn);
}

/** A span of time as it is written there: `850ms`, `1.5s`, `6m0s`, `2h3m0s`. */
function span(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = ms / 1_000;
  // Whole milliseconds: no more than three digits.
  if (seconds < 60) return `${Math.round(ms) / 1_000}s`;
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3_600);
  const minutes = `${Math.floor((whole % 3_600) / 60)}m${whole % 60}s`;
  return hours === 0 ? minutes : `${hours}h${minutes}`;
}
