import type { PlannedAttempt } from '../router/plan.ts';

/** How an attempt, or a request as a whole, ended. */
export type Outcome = 'ok' | 'fault' | 'cancelled';

/** An attempt under way. */
export interface OpenAttempt {
  readonly id: string;
  readonly planned: PlannedAttempt;
  readonly startedAt: number;
}
