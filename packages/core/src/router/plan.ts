import type { Fallbacks } from '../config/routing-fallbacks.ts';
import type { Deployment, Tier } from './deployment.ts';
import type { FallbackStep } from './fallbacks.ts';
import type { Conditions } from './fitting.ts';
import type { Strategy } from './strategies/strategy.ts';

/** Time limits in milliseconds. */
export interface Timers {
  readonly firstToken: number;
  readonly idle: number;
}

/** What callers ask for by name. */
export interface Alias {
  readonly name: string;
  readonly deployments: readonly Deployment[];
  /** The same, by order. */
  readonly tiers: readonly Tier[];
  readonly strategy: Strategy;
  /** Absent: each of them is for any request. */
  readonly conditions?: Conditions | undefined;
  readonly retries: number;
  readonly timers: (reasoning: boolean) => Timers;
  readonly total: number;
  /** Names of other aliases, by the cause for which they are asked. */
  readonly fallbacks: Fallbacks;
  /** What becomes of a request whose dearest attempt no budget has room for. */
  readonly onBudget: 'refuse' | 'cheaper';
}

export interface PlannedAttempt {
  readonly alias: Alias;
  readonly deployment: Deployment;
  /** Why it stands here, in a few words: `weighted pick 1 of 2`, `retry`, `fallback claude`. */
  readonly reason: string;
  /** Absent: of the alias that was asked for. */
  readonly fallback?: FallbackStep;
}
