import type { Call } from '@postern/core';

/** A call's deadline had passed. What that says of the work is told by each operation. */
export class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';

  constructor() {
    super('The store had no answer before the deadline of the call.');
  }
}

/**
 * Until when a call wants its answer, on the monotonic clock of this process. `now` of a call is the caller's idea of time; what counts
 * here is how long it is ready to wait.
 * @throws StoreTimeout when that is over already
 */
export function deadlineOf({ now, deadline }: Call): number {
  if (deadline < now) throw new StoreTimeout();
  return performance.now() + (deadline - now);
}

/** Has it passed? */
export const isLate = (deadline: number): boolean => performance.now() > deadline;
