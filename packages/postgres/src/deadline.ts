import type { Call } from '@postern/core';

/** Longest budget, in ms: an hour. PostgreSQL and timers take 32 bits. */
const MOST = 3_600_000;

/** Milliseconds that a call has. The clock is the caller's: only the span between its two moments counts. Throws when the deadline has passed. */
export function budgetOf({ now, deadline }: Call): number {
  const budget = Math.min(MOST, Math.ceil(deadline - now));
  if (budget > 0) return budget;
  throw passed();
}

/** What `work` gives, or a rejection after so many ms; `work` is told then by `isLate` that nobody waits any more. */
export async function within<Result>(ms: number, work: (isLate: () => boolean) => Promise<Result>): Promise<Result> {
  let late = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(passed());
    }, ms);
  });
  try {
    return await Promise.race([work(() => late), end]);
  } finally {
    clearTimeout(timer);
  }
}

const passed = (): Error => new Error('The deadline of the call has passed.');
