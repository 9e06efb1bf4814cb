/** Time, as a port: everything that decides takes it from here, so that tests and simulations run on their own clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. Never keeps a process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms` milliseconds; the answer cancels it. Never keeps a process alive. */
  timer(ms: number, run: () => void): () => void;
}

/** Longest delay in ms that a runtime's own timers take; beyond it they fire at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** The `sleep` of a clock, by its `timer`. */
export function sleepBy(timer: Clock['timer']): Clock['sleep'] {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = timer(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
}
