import type { Clock } from '../kit/clock.ts';

/** Longest delay of a timer; beyond it setTimeout fires at once. */
const LONGEST = 2 ** 31 - 1;

/** The real time. Timers don't keep the process alive where the runtime can tell them so. */
export const fetchClock: Clock = {
  now: () => Date.now(),
  sleep,
  timer(ms, run) {
    const timeout = later(ms, run);
    return () => clearTimeout(timeout);
  },
};

function later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
  const timeout: unknown = setTimeout(run, Math.min(ms, LONGEST));
  if (typeof timeout === 'object' && timeout !== null && 'unref' in timeout && typeof timeout.unref === 'function')
    timeout.unref();
  return timeout as ReturnType<typeof setTimeout>;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timeout);
      reject(signal?.reason);
    };
    const timeout = later(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
