import type { Clock } from '@postern/core';

/** Real time, but for the waits between attempts: they are noted and not waited for. Timers run as they should. */
export interface HastyClock extends Clock {
  /** What the gateway would have slept, in milliseconds, oldest first. */
  readonly slept: readonly number[];
}

/** A clock for tests of retries over real sockets. */
export function hastyClock(): HastyClock {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now(),
    async sleep(ms) {
      slept.push(ms);
    },
    timer(ms, run) {
      const timeout = setTimeout(run, Math.min(ms, 2 ** 31 - 1)).unref();
      return () => clearTimeout(timeout);
    },
  };
}
