import type { Call } from '@postern/core';

/** Longest budget, in ms: an hour. PostgreSQL and timers take 32 bits. */
const MOST = 3_600_000;

/** Milliseconds that a call has. The clock is the caller's: only the span between its two moments counts. Throws when the deadline has passed. */
export function budgetOf({ now, deadline }: Call): number {
  const budget = Math.min(MOST, Math.ceil(deadline - now));
  if (budget > 0) return budget;
  throw passed();
}

/** A span of time that has begun. */
export interface Span {
  /** Milliseconds that are left; none: 0 or less. */
  left(): number;
}

/** A span of so many ms from now on, by a clock that nobody sets. */
export function spanOf(ms: number): Span {
  const end = performance.now() + ms;
  return { left: () => end - performance.now() };
}

/** What `work` gives, or a rejection when it takes longer than so many ms. */
export async function within<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(passed()), ms);
  });
  try {
    return await Promise.race([work(), end]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of a call whose deadline has passed. */
export class Late extends Error {}

export const passed = (): Late => new Late('The deadline of the call has passed.');
