import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

// Kept at load: a test that replaces the global timers later drives the sim through its `sleep` option only.
const startTimer = setTimeout;
const stopTimer = clearTimeout;
const afterThisTurn = setImmediate;

/** Waits `milliseconds`, which may be Infinity; rejects with the signal's reason when it aborts first. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Real time. A timer of the sim keeps no process alive. */
export const realSleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = Number.isFinite(milliseconds) ? startTimer(finish, milliseconds) : undefined;
    timer?.unref();
    signal.addEventListener('abort', leave, { once: true });

    function finish() {
      signal.removeEventListener('abort', leave);
      resolve();
    }
    function leave() {
      if (timer !== undefined) stopTimer(timer);
      reject(signal.reason);
    }
  });

/** Lets the event loop turn once, so that a long answer without delays starves nobody. */
export function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    afterThisTurn(resolve);
  });
}
