import type { CancelSignal } from './cancel.ts';

/** The promise, or the signal's reason when that aborts first; what the promise then still gives is nobody's. */
export function unlessAborted<Value>(promise: Promise<Value>, signal: CancelSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const listener = { handleEvent: () => reject(signal.reason) };
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', listener);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', listener));
  });
}
