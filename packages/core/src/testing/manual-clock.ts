import type { Clock } from '../index.ts';
import { sleepBy } from '../kit/clock.ts';

/** A clock that stands until it is moved. */
export interface ManualClock extends Clock {
  /**
   * Moves the time on by `ms` and runs what becomes due, in the order of its time; between two of them everything that was
   * waiting for the first gets its turn, so that it may set timers that are due as well. Rejects with what a timer throws.
   */
  advance(ms: number): Promise<void>;
  /** Timers and sleeps that are waiting. */
  readonly pending: number;
}

interface Waiting {
  readonly due: number;
  readonly run: () => void;
}

/** More than any sensible test needs: a timer that sets itself again at once would otherwise never end. */
const MOST_TIMERS = 100_000;

/** @param start Milliseconds since the epoch; default 2026-01-01T00:00:00Z. */
export function manualClock(start = 1_767_225_600_000): ManualClock {
  let now = start;
  // In the order they were set, which is the order of those that are due at the same time.
  const waiting = new Set<Waiting>();

  function timer(ms: number, run: () => void): () => void {
    const entry = { due: now + Math.max(0, ms), run };
    waiting.add(entry);
    return () => {
      waiting.delete(entry);
    };
  }

  function firstDue(until: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const entry of waiting)
      if (entry.due <= until && (first === undefined || entry.due < first.due)) first = entry;
    return first;
  }

  async function advance(ms: number): Promise<void> {
    const until = now + ms;
    for (let count = 0; ; count++) {
      const next = firstDue(until);
      if (next === undefined) break;
      if (count === MOST_TIMERS)
        throw new Error(`More than ${MOST_TIMERS} timers ran: one of them sets itself again at once.`);
      waiting.delete(next);
      now = Math.max(now, next.due);
      next.run();
      await othersTurn();
    }
    now = Math.max(now, until);
  }

  return {
    now: () => now,
    sleep: sleepBy(timer),
    timer,
    advance,
    get pending() {
      return waiting.size;
    },
  };
}

/** Lets promises and their continuations run, those of streams included: a turn of the event loop that no timer of a test runner can hold up. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
