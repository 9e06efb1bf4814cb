import type { Duration } from '../kit/duration.ts';

/** What a limit counts. `tokens` are all of a request; `usd` is what it costs. */
export type LimitUnit = 'requests' | 'tokens' | 'inputTokens' | 'outputTokens' | 'usd' | 'concurrency';

/** A calendar period, or a stretch of time that goes along with the clock. */
export type LimitPeriod = 'minute' | 'hour' | 'day' | 'week' | 'month' | { readonly rolling: Duration };

/** One limit, of whatever it stands at. */
export interface LimitConfig {
  readonly counts: LimitUnit;
  /** Units; of `usd` dollars with up to nine decimals, as a number or, exact, as text. */
  readonly max: number | string;
  /** Default `month` for `usd`, else `minute`. `concurrency` has none. Weeks begin on Monday. */
  readonly per?: LimitPeriod;
  /** Where days, weeks and months begin, such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string;
  /** Crossing it is an event and refuses nothing. Default false. */
  readonly soft?: boolean;
  /** What a period left is added to the next one: all of it, or up to so much. Default false. */
  readonly rollover?: boolean | number | string;
  /** Holds for each model of this name by itself; a `*` at the end matches any rest. Default: for all models together. */
  readonly model?: string;
  /** So much is added to `max` until then, such as `2026-12-31T23:59:59Z`. Default: nothing. */
  readonly increase?: { readonly by: number | string; readonly until: string };
}

/** What the requests of a limit have in common. */
export type ScopeKind =
  | 'caller'
  | 'user'
  | 'team'
  | 'organisation'
  | 'endUser'
  | 'tag'
  | 'model'
  | 'provider'
  | 'deployment';

/**
 * A limit with where it holds: `user` for each user by itself, `user:ann` for one. `model` is the name that is asked for. `provider` and `deployment`
 * hold back single attempts, so that another one can serve the request.
 */
export interface ScopedLimit extends LimitConfig {
  readonly scope: ScopeKind | `${ScopeKind}:${string}`;
}
