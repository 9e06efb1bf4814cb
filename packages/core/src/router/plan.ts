import type { FloorSettings } from '../config/fault-settings.ts';
import type { ContinuationSettings } from '../config/routing-continuation.ts';
import type { FallbackCause, Fallbacks } from '../config/routing-fallbacks.ts';
import type { Deployment, Tier } from './deployment.ts';
import type { Consequences } from './faults.ts';
import type { Hedging } from './hedging.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Side, Split } from './split.ts';
import type { Strategy } from './strategies/strategy.ts';

/** Time limits in milliseconds. */
export interface Timers {
  readonly firstToken: number;
  readonly idle: number;
  readonly floor?: FloorSettings | undefined;
}

/** What deployments of an alias say of the requests that they are for. */
export interface Conditions {
  /** All tags that they carry. */
  readonly tags: ReadonlySet<string>;
  readonly defaultTag: string | undefined;
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
  /** Shares that other aliases serve. */
  readonly split?: Split | undefined;
  /** The alias that gets copies of its chats, and of how many in a hundred. */
  readonly shadow?: { readonly to: string; readonly percent: number } | undefined;
  /** Is any of them given so many calls at once only? */
  readonly limited?: boolean;
  readonly retries: number;
  /** Absent: a stream that breaks is not gone on with. */
  readonly continuation?: ContinuationSettings | undefined;
  /** What follows a fault here. Default: what the table says. */
  readonly onFault?: Consequences;
  /** How many further attempts its requests may cause. Default: no bound but their plan. */
  readonly budget?: RetryBudget;
  /** Absent: nobody is asked besides. */
  readonly hedge?: Hedging | undefined;
  readonly timers: (reasoning: boolean) => Timers;
  readonly total: number;
  /** Names of other aliases, by the cause for which they are asked. */
  readonly fallbacks: Fallbacks;
  /** Why a policy chose it for this request; absent: none did. */
  readonly why?: string;
  /** What becomes of a request whose dearest attempt no budget has room for. */
  readonly onBudget: 'refuse' | 'cheaper';
}

/** How an alias came into a plan as a fallback: from which one, for which cause, and how that one came into it. */
export interface FallbackStep {
  readonly alias: Alias;
  readonly of: Alias;
  readonly on: FallbackCause;
  readonly after: FallbackStep | undefined;
}

export interface PlannedAttempt {
  readonly alias: Alias;
  readonly deployment: Deployment;
  /** Why it stands here, in a few words: `weighted pick 1 of 2`, `retry`, `fallback claude`. */
  readonly reason: string;
  /** Absent: of the alias that was asked for. */
  readonly fallback?: FallbackStep;
  /** Absent: of no gray release. */
  readonly side?: Side;
  /** Its deployment rests, and is tried since nobody else is left. */
  readonly probe?: true;
}
