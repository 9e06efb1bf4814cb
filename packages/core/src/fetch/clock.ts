import { type Clock, LONGEST_DELAY, sleepBy } from '../kit/clock.ts';

/** The real time. Timers don't keep the process alive where the runtime can tell them so. */
export const fetchClock: Clock = { now: () => Date.now(), sleep: sleepBy(timer), timer };

function timer(ms: number, run: () => void): () => void {
  const timeout: unknown = setTimeout(run, Math.min(ms, LONGEST_DELAY));
  if (typeof timeout === 'object' && timeout !== null && 'unref' in timeout && typeof timeout.unref === 'function')
    timeout.unref();
  return () => clearTimeout(timeout as ReturnType<typeof setTimeout>);
}
