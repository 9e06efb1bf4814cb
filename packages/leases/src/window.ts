import type { Limit } from '@postern/core';

/** Concurrency has no window, whatever the limit says. */
const windowOf = (limit: Limit): number => (limit.counts === 'concurrency' ? 0 : limit.window);

/** Does it count in parts of a rolling window? */
export const isRolling = (limit: Limit): boolean => windowOf(limit) > 0 && (limit.slices ?? 1) > 1;

/**
 * Until when (exclusive) what is leased now can be drawn from. A fixed window: its end, as the store says. A rolling one: the end of the part that the
 * store counts it in; drawn from later it would leave the window too early.
 */
export function drawableUntil(limit: Limit, resetAt: number, now: number): number {
  if (limit.counts === 'concurrency') return Number.POSITIVE_INFINITY;
  if (!isRolling(limit)) return resetAt;
  const part = limit.window / (limit.slices ?? 1);
  return (Math.floor(now / part) + 1) * part;
}

/** The same counter of the store? Months differ in length and are the same limit; what a limit allows may change. */
export function isSameLimit(a: Limit, b: Limit): boolean {
  const isCalendar = a.start !== undefined;
  return (
    a.counts === b.counts &&
    isCalendar === (b.start !== undefined) &&
    (isCalendar || windowOf(a) === windowOf(b)) &&
    isRolling(a) === isRolling(b) &&
    (a.slices ?? 1) === (b.slices ?? 1) &&
    a.soft === b.soft
  );
}

/** Whether slices of it can be leased: of a soft limit on concurrency the store tells when it is crossed by what is reserved, which a slice would falsify. */
export const isLeasable = (limit: Limit): boolean => !(limit.soft === true && limit.counts === 'concurrency');
