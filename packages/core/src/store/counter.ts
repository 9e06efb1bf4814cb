import type { Amounts } from './store.ts';

/** What was counted in one part of time: a whole fixed window, or a slice of a rolling one. */
export interface Part {
  readonly start: number;
  used: number;
  reserved: number;
  /** Holds of this part that are not settled. */
  holds: number;
}

/** What one limit of one scope counts now. */
export interface Counter {
  /** Tells it from others that the same limit had before it was configured anew: greater than theirs. */
  readonly made: number;
  readonly counts: keyof Amounts;
  /** Parts that a window has. 1: it is fixed. */
  readonly slices: number;
  /** The window that is over, for what is carried over from it. */
  before: Part | undefined;
  /** Parts that count, oldest first; of a fixed window one. The last one is where new holds go. */
  readonly parts: Part[];
  /** Was the crossing of the soft limit told? */
  told: boolean;
}
