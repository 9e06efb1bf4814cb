import type { Amounts, Limit, ScopeId } from './store.ts';

/** What one limit of one scope counts, in its current window. */
export interface Counter {
  readonly counts: keyof Amounts;
  /** Milliseconds; 0: a window that never ends. */
  readonly window: number;
  /** When the current window began. */
  start: number;
  used: number;
  reserved: number;
  /** Holds of the current window that are not settled. */
  holds: number;
  /** Was the crossing of the soft limit told? */
  told: boolean;
}

/** Concurrency has no window, whatever the limit says: it counts what is open now. */
const windowOf = (limit: Limit): number => (limit.counts === 'concurrency' ? 0 : limit.window);

/** When the window that `now` falls into began: fixed windows, aligned to the epoch. */
const startOf = (window: number, now: number): number => (window > 0 ? Math.floor(now / window) * window : 0);

/** When the limit has room again at the latest: the end of the window; for concurrency nobody knows, so now. */
export function resetOf(counter: Counter, now: number): number {
  if (counter.counts === 'concurrency') return now;
  return counter.window > 0 ? counter.start + counter.window : Number.MAX_SAFE_INTEGER;
}

/** Begins a new window when the old one is over. A clock that was set back does not bring back an old one. */
export function roll(counter: Counter, now: number): void {
  const start = startOf(counter.window, now);
  if (start <= counter.start) return;
  counter.start = start;
  counter.used = 0;
  counter.reserved = 0;
  counter.holds = 0;
  counter.told = false;
}

/** All counters, by scope and limit. Never more than `capacity`. */
export class Counters {
  readonly #capacity: number;
  readonly #scopes = new Map<ScopeId, Map<string, Counter>>();
  #size = 0;
  /** Size at which idle counters are next looked for; doubles with what is alive, so that looking costs little on the whole. */
  #sweepAt = 1024;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The counter in its current window, made when it is not there. Undefined: there is no room for another one. */
  at(scope: ScopeId, limit: Limit, now: number): Counter | undefined {
    const found = this.#scopes.get(scope)?.get(limit.id);
    // A limit that was configured anew counts anew.
    const fits = found?.counts === limit.counts && found.window === windowOf(limit);
    if (found === undefined || !fits) return this.#make(scope, limit, now);
    roll(found, now);
    return found;
  }

  #make(scope: ScopeId, limit: Limit, now: number): Counter | undefined {
    if (this.#size >= Math.min(this.#sweepAt, this.#capacity)) this.#sweep(now);
    if (this.#size >= this.#capacity) return undefined;
    const window = windowOf(limit);
    const counter = {
      counts: limit.counts,
      window,
      start: startOf(window, now),
      used: 0,
      reserved: 0,
      holds: 0,
      told: false,
    };
    const ofScope = this.#scopes.get(scope);
    if (ofScope === undefined) this.#scopes.set(scope, new Map([[limit.id, counter]]));
    else ofScope.set(limit.id, counter);
    this.#size += 1;
    return counter;
  }

  /** Forgets counters that hold nothing any more. */
  #sweep(now: number): void {
    this.#size = 0;
    for (const [scope, limits] of this.#scopes) {
      for (const [id, counter] of limits) {
        roll(counter, now);
        if (counter.used === 0 && counter.holds === 0) limits.delete(id);
      }
      if (limits.size === 0) this.#scopes.delete(scope);
      else this.#size += limits.size;
    }
    this.#sweepAt = Math.max(1024, this.#size * 2);
  }
}
