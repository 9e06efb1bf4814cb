/** A clock that stands until the next thing that waits for it is let run. */
export class SteppedClock {
  #now = 1_767_225_600_000;
  #waiting = new Set();

  now = () => this.#now;

  timer = (ms, run) => {
    const entry = { due: this.#now + Math.max(0, ms), run };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  };

  sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.timer(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });

  get pending() {
    return this.#waiting.size;
  }

  /** Lets the first of what waits run; of what is due at the same time, the first that was set. False: nothing waits. */
  step() {
    let first;
    for (const entry of this.#waiting) if (first === undefined || entry.due < first.due) first = entry;
    if (first === undefined) return false;
    this.#waiting.delete(first);
    this.#now = Math.max(this.#now, first.due);
    first.run();
    return true;
  }
}

/** Everything that is ready runs to where it waits: promises, and what they continue. */
export const othersTurn = () => new Promise((resolve) => setImmediate(resolve));
