import { type Duration, parseDuration } from '../kit/duration.ts';

/** By what a request falls into a share: each caller always into the same one, or each request by itself. */
export type SplitBy = 'caller' | 'request';

/** Shares of the requests of an alias that other aliases serve. What is left stays, and is where a share falls back to. */
export interface SplitConfig {
  /** Percent of the requests, together at most 100. */
  readonly to: readonly { readonly model: string; readonly percent: number }[];
  /** Default `request`. */
  readonly by?: SplitBy;
}

/** A share that grows: a gray release. */
export interface ReleaseConfig {
  readonly to: string;
  /** Percent at its start and in the end. Defaults 1 and 100. */
  readonly from?: number;
  readonly until?: number;
  /** How long it grows. */
  readonly over: Duration;
  /** When it starts, such as `2026-12-31T09:00:00Z`. Default: when the configuration that has it is loaded, in each process for itself. */
  readonly starts?: string;
  /** Default `caller`. */
  readonly by?: SplitBy;
  /**
   * When it ends, until its settings or the deployments of `to` change: where the share of failures, 0 to 1, is larger by `errors` than among the requests
   * that stay, or the latency is `latency` times theirs. Default `{ errors: 0.05 }`.
   */
  readonly rollback?: { readonly errors?: number; readonly latency?: number };
}

/** Copies of requests, whose answers nobody gets: they are in the ledger. */
export interface ShadowConfig {
  readonly to: string;
  readonly percent: number;
}

export interface SplitsConfig {
  /** Shares of its requests that other aliases serve, or a gray release. See docs/routing.md. */
  readonly split?: SplitConfig | ReleaseConfig;
  /** Copies of its chats, sent to another alias for the caller `shadow` once they are answered. */
  readonly shadow?: ShadowConfig;
}

export interface SplitSettings {
  readonly to: readonly { readonly model: string; readonly percent: number }[];
  readonly by: SplitBy;
  /** Of a share that grows. Milliseconds. */
  readonly release: ReleaseSettings | undefined;
}

export interface ReleaseSettings {
  readonly until: number;
  readonly over: number;
  readonly starts: number | undefined;
  readonly errors: number;
  readonly latency: number;
}

/** A split that passed the checks. */
export function splitSettings(given: SplitsConfig['split']): SplitSettings | undefined {
  if (given === undefined) return undefined;
  if (!('over' in given)) return { to: given.to, by: given.by ?? 'request', release: undefined };
  const { to, from = 1, until = 100, over, starts, by = 'caller', rollback } = given;
  return {
    to: [{ model: to, percent: from }],
    by,
    release: {
      until,
      over: parseDuration(over) ?? 0,
      starts: starts === undefined ? undefined : Date.parse(starts),
      errors: rollback?.errors ?? 0.05,
      latency: rollback?.latency ?? Number.POSITIVE_INFINITY,
    },
  };
}
