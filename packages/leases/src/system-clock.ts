import type { Clock } from '@postern/core';

/** The machine's time; its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = timer(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    }),
  timer,
};

function timer(ms: number, run: () => void): () => void {
  const timeout = setTimeout(run, ms);
  // Where timers are objects they would keep the process alive; elsewhere they are numbers.
  (timeout as { unref?: () => void }).unref?.();
  return () => clearTimeout(timeout);
}
