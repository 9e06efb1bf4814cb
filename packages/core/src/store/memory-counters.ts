import type { Counter, Part } from './counter.ts';
import { counterOf, type KeptCounter, keptCounter } from './kept-limits.ts';
import type { Limit, ScopeId } from './store.ts';

const partOf = (start: number): Part => ({ start, used: 0, reserved: 0, holds: 0 });

/** Concurrency has no window, whatever the limit says: it counts what is open now. */
const windowOf = (limit: Limit): number => (limit.counts === 'concurrency' ? 0 : limit.window);

const slicesOf = (limit: Limit): number => (windowOf(limit) > 0 ? (limit.slices ?? 1) : 1);

/** When the part that `now` falls into began. A calendar's window that is over is followed by one of the same length. */
function startOf(limit: Limit, now: number): number {
  const length = windowOf(limit) / slicesOf(limit);
  if (length === 0) return 0;
  if (limit.start === undefined) return Math.floor(now / length) * length;
  return now < limit.start + length ? limit.start : limit.start + length;
}

/** The part that new holds go to. */
export const current = ({ parts }: Counter): Part => parts[parts.length - 1] as Part;

/** Units used, over all parts that count. */
export function usedOf({ parts }: Counter): number {
  let sum = 0;
  for (const part of parts) sum += part.used;
  return sum;
}

/** Units reserved, over all parts that count. */
export function reservedOf({ parts }: Counter): number {
  let sum = 0;
  for (const part of parts) sum += part.reserved;
  return sum;
}

/** When there is room again: the window ends, or the oldest part leaves it. */
export function resetOf(counter: Counter, limit: Limit, now: number): number {
  if (counter.counts === 'concurrency') return now;
  if (limit.window === 0) return Number.MAX_SAFE_INTEGER;
  const oldest = counter.parts[0] as Part;
  return oldest.start + limit.window + (counter.slices > 1 ? limit.window / counter.slices : 0);
}

/** What the limit allows in this window, with what was carried over. */
export function maxOf(counter: Counter, limit: Limit): number {
  const { before } = counter;
  const { rollover } = limit;
  if (rollover === undefined || before === undefined || before.start !== rollover.from) return limit.max;
  const left = limit.max - before.used - before.reserved;
  return limit.max + Math.min(rollover.most, Math.max(0, left));
}

/** Begins a new part when the last one is over, and forgets those that count no more. A clock that was set back does not bring back an old one. */
export function roll(counter: Counter, limit: Limit, now: number): void {
  const start = startOf(limit, now);
  const last = current(counter);
  if (start <= last.start) return;
  counter.parts.push(partOf(start));
  counter.told = false;
  // The oldest moment of a part has to leave the window with its latest one, so one part more than the window has counts.
  const oldest = counter.slices === 1 ? start : start - limit.window;
  while ((counter.parts[0] as Part).start < oldest) counter.before = counter.parts.shift();
}

/** A counter that was made: of which scope, and limit. */
export type Made = readonly [scope: ScopeId, limit: string];

const SECOND = 1_000;

/** All counters, by scope and limit. Never more than `capacity`. */
export class Counters {
  readonly #capacity: number;
  readonly #scopes = new Map<ScopeId, Map<string, { counter: Counter; limit: Limit }>>();
  #size = 0;
  /** When a full store was last looked through. */
  #sweptAt = Number.NEGATIVE_INFINITY;
  /** Size at which idle counters are next looked for; doubles with what is alive, so that looking costs little on the whole. */
  #sweepAt = 1024;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The counter in its current window, made when it is not there, and noted in `made` then. Undefined: there is no room for another one. */
  at(scope: ScopeId, limit: Limit, now: number, made: Made[]): Counter | undefined {
    const found = this.#scopes.get(scope)?.get(limit.id);
    if (found === undefined) {
      if (!this.#hasRoom(now)) return undefined;
      made.push([scope, limit.id]);
    }
    // A limit that was configured anew counts anew.
    if (found === undefined || !isSame(found.limit, limit)) return this.#make(scope, limit, now);
    found.limit = limit;
    roll(found.counter, limit, now);
    return found.counter;
  }

  /** Forgets counters that were just made, for what was refused then. */
  forget(made: readonly Made[]): void {
    for (const [scope, id] of made) {
      const ofScope = this.#scopes.get(scope);
      if (ofScope?.delete(id)) this.#size -= 1;
      if (ofScope?.size === 0) this.#scopes.delete(scope);
    }
  }

  /** Drops what is over before anything is refused; a full store is looked through once a second at most, so that refusing costs little. */
  #hasRoom(now: number): boolean {
    const isFull = this.#size >= this.#capacity;
    if (isFull ? Math.abs(now - this.#sweptAt) >= SECOND : this.#size >= this.#sweepAt) this.#sweep(now);
    return this.#size < this.#capacity;
  }

  #make(scope: ScopeId, limit: Limit, now: number): Counter {
    const others = this.#scopes.get(scope)?.values() ?? [];
    const counter: Counter = {
      made: Math.max(now, ...[...others].map((other) => other.counter.made + 1)),
      counts: limit.counts,
      slices: slicesOf(limit),
      before: undefined,
      parts: [partOf(startOf(limit, now))],
      told: false,
    };
    this.#set(scope, limit, counter);
    return counter;
  }

  #set(scope: ScopeId, limit: Limit, counter: Counter): void {
    const ofScope = this.#scopes.get(scope);
    const before = ofScope?.size ?? 0;
    if (ofScope === undefined) this.#scopes.set(scope, new Map([[limit.id, { counter, limit }]]));
    else ofScope.set(limit.id, { counter, limit });
    this.#size += (ofScope?.size ?? 1) - before;
  }

  /** The counter as it is, if there is one. */
  find(scope: ScopeId, id: string): Counter | undefined {
    return this.#scopes.get(scope)?.get(id)?.counter;
  }

  /** The counters of a scope, as they are kept elsewhere. */
  kept(scope: ScopeId): readonly KeptCounter[] {
    return [...(this.#scopes.get(scope)?.values() ?? [])].map(({ counter, limit }) => keptCounter(counter, limit));
  }

  /** Brings back what {@link kept} gave. */
  restore(scope: ScopeId, kept: readonly KeptCounter[]): void {
    for (const one of kept) this.#set(scope, one.limit, counterOf(one, slicesOf(one.limit)));
  }

  /** Forgets counters that hold nothing any more. */
  #sweep(now: number): void {
    this.#sweptAt = now;
    this.#size = 0;
    for (const [scope, limits] of this.#scopes) {
      for (const [id, { counter, limit }] of limits) {
        roll(counter, limit, now);
        if (isIdle(counter, limit, now)) limits.delete(id);
      }
      if (limits.size === 0) this.#scopes.delete(scope);
      else this.#size += limits.size;
    }
    this.#sweepAt = Math.max(1024, this.#size * 2);
  }
}

/** Months differ in length, and are the same limit. */
function isSame(a: Limit, b: Limit): boolean {
  const isCalendar = a.start !== undefined;
  return (
    a.counts === b.counts &&
    isCalendar === (b.start !== undefined) &&
    (isCalendar || windowOf(a) === windowOf(b)) &&
    slicesOf(a) === slicesOf(b)
  );
}

/** What a window left is carried into the next one only; months and days differ a little in length. */
const isIdle = ({ parts }: Counter, { rollover, window }: Limit, now: number): boolean =>
  parts.every((part) => part.used === 0 && part.holds === 0) &&
  (rollover === undefined || now >= rollover.from + 3.25 * window);
