import type { Clock } from '../kit/clock.ts';

/** Longest delay of a Node timer; beyond it setTimeout fires at once. */
const LONGEST = 2 ** 31 - 1;

/** The real time, on timers that don't keep the process alive. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  sleep,
  timer(ms, run) {
    const timeout = setTimeout(run, Math.min(ms, LONGEST)).unref();
    return () => clearTimeout(timeout);
  },
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timeout);
      reject(signal?.reason);
    };
    const timeout = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(ms, LONGEST),
    ).unref();
    signal?.addEventListener('abort', abort, { once: true });
  });
}
