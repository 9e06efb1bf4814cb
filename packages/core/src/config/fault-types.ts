import type { FaultKind } from '../chat/fault.ts';
import type { Duration } from '../kit/duration.ts';

/**
 * What follows a fault: the `same` deployment may be asked again, as others may; or only others (the `next`), fallbacks included; or only those
 * (`fall-back`); or the client gets it (`give-back`).
 */
export type FaultPolicy = 'same' | 'next' | 'fall-back' | 'give-back';

/** Further attempts: by kind of fault, and how many there may be of all. */
export interface RetryConfig extends Readonly<Partial<Record<FaultKind, FaultPolicy>>> {
  /** Further attempts, retries and failovers, as a share of an alias's requests; a few are always possible. 1: as many as requests. Default 0.2. */
  readonly budget?: number;
}

/** A stream that trickles is given up when less than so many tokens came while its provider was waited for so long. */
export interface FloorConfig {
  readonly tokens: number;
  readonly over: Duration;
}

/** When a deployment is left alone, and for how long. */
export interface BreakerConfig {
  /** Failures in a row that make it rest, when nothing else came within `window`; twice as many always do. Default 5. */
  readonly inARow?: number;
  /** Share of failures within `window`, of at least `calls`, that makes it rest. Defaults: 0.5 of 20 in 30 s. */
  readonly ratio?: number;
  readonly calls?: number;
  readonly window?: Duration;
  /** The first rest; each try that fails doubles it up to `longestRest`. Defaults: 5 s, 60 s. */
  readonly rest?: Duration;
  readonly longestRest?: Duration;
}
