import type { FloorSettings } from '../config/fault-settings.ts';
import type { Deployment, Tier } from './deployment.ts';
import type { Consequences } from './faults.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Strategy } from './strategies/strategy.ts';

/** Time limits in milliseconds. */
export interface Timers {
  readonly firstToken: number;
  readonly idle: number;
  readonly floor?: FloorSettings | undefined;
}

/** What callers ask for by name. */
export interface Alias {
  readonly name: string;
  readonly deployments: readonly Deployment[];
  /** The same, by order. */
  readonly tiers: readonly Tier[];
  readonly strategy: Strategy;
  readonly retries: number;
  /** What follows a fault here. Default: what the table says. */
  readonly onFault?: Consequences;
  /** How many further attempts its requests may cause. Default: no bound but their plan. */
  readonly budget?: RetryBudget;
  readonly timers: (reasoning: boolean) => Timers;
  readonly total: number;
  readonly fallbacks: readonly string[];
  /** What becomes of a request whose dearest attempt no budget has room for. */
  readonly onBudget: 'refuse' | 'cheaper';
}

export interface PlannedAttempt {
  readonly alias: Alias;
  readonly deployment: Deployment;
  /** Why it stands here, in a few words: `weighted pick 1 of 2`, `retry`, `fallback claude`. */
  readonly reason: string;
}
