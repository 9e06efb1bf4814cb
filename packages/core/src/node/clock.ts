import { type Clock, LONGEST_DELAY, sleepBy } from '../kit/clock.ts';

/** The real time, on timers that don't keep the process alive. */
export const nodeClock: Clock = { now: () => Date.now(), sleep: sleepBy(timer), timer };

function timer(ms: number, run: () => void): () => void {
  const timeout = setTimeout(run, Math.min(ms, LONGEST_DELAY)).unref();
  return () => clearTimeout(timeout);
}
