import { type Duration, parseDuration } from '../kit/duration.ts';

/** How many calls a deployment is given at once. Each process counts its own. */
export interface ConcurrencyConfig {
  /** Most calls under way. Default: none but what is learnt, which is 1,000 at most. */
  readonly max?: number;
  /** Is it learnt how many it takes before it slows down or refuses? Default false. */
  readonly adaptive?: boolean;
  /** Requests that wait for room where no other deployment has any. Default 100; 0: none waits. */
  readonly queue?: number;
  /** How long. Default 10 s. */
  readonly wait?: Duration;
}

/** When another deployment is asked besides one that does not answer. */
export interface HedgeConfig {
  /**
   * After so long without content, or of a whole answer without that: the time within which 95 of 100 calls to that deployment did lately (`p95`), or one that you
   * name. Default `p95`.
   */
  readonly after?: 'p95' | Duration;
  /** What such calls may cost, as a share of what the alias costs; where a price is not known, how many there may be. Default 0.02. */
  readonly extra?: number;
}

/** {@link ConcurrencyConfig} with its defaults filled in; ms. */
export interface ConcurrencySettings {
  readonly max: number;
  readonly adaptive: boolean;
  readonly queue: number;
  readonly wait: number;
}

/** {@link HedgeConfig} with its defaults filled in; ms. */
export interface HedgeSettings {
  readonly after: 'p95' | number;
  readonly extra: number;
}

export const concurrencySettings = (given: ConcurrencyConfig): ConcurrencySettings => ({
  max: given.max ?? 1_000,
  adaptive: given.adaptive ?? false,
  queue: given.queue ?? 100,
  wait: parseDuration(given.wait) ?? 10_000,
});

/** Undefined: nobody is asked besides. */
export function hedgeSettings(given: boolean | HedgeConfig | undefined): HedgeSettings | undefined {
  if (given === undefined || given === false) return undefined;
  const { after, extra = 0.02 } = given === true ? {} : given;
  return { after: parseDuration(after) ?? 'p95', extra };
}
