import type { Limit } from '@postern/core';

/** A stretch of time that is counted in one: a whole fixed window, or a slice of a rolling one. Milliseconds since the epoch. */
export interface Stretch {
  readonly start: number;
  /** When it counts for nothing any more, not even for what is carried over from it. */
  readonly ends: number;
  /** A moment within it. */
  readonly middle: number;
}

/** Is it kept over a restart? Open calls end with their process. */
export const isKept = (limit: Limit): boolean => limit.counts !== 'concurrency';

/** Do two limits of one id count together? As {@link counterOf} tells, and faster. */
export const isSame = (a: Limit, b: Limit): boolean =>
  a === b ||
  (a.counts === b.counts &&
    (a.start === undefined) === (b.start === undefined) &&
    (a.start !== undefined || a.window === b.window) &&
    (a.slices ?? 1) === (b.slices ?? 1));

/** What makes two limits of one id count together: a limit that was configured anew counts anew. Months differ in length, and are the same limit. */
export const counterOf = ({ id, counts, window, start, slices }: Limit): string =>
  JSON.stringify([id, counts, start === undefined ? window : 'calendar', slices ?? 1]);

/** The stretch that `now` falls into, by the rules of the Store port. A calendar's window that is over is followed by one of the same length. */
export function stretchOf({ window, start, slices = 1 }: Limit, now: number): Stretch {
  if (window <= 0) return { start: 0, ends: Number.MAX_VALUE, middle: 0 };
  const length = window / slices;
  const begin = startOf(length, start, now);
  // Twice its time: it may be what is carried over from.
  return { start: begin, ends: begin + window * 2 + length, middle: begin + length / 2 };
}

function startOf(length: number, start: number | undefined, now: number): number {
  if (start === undefined) return Math.floor(now / length) * length;
  return now < start + length ? start : start + length;
}
