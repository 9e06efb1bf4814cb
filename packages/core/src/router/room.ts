import type { Fault } from '../chat/fault.ts';
import type { ConcurrencySettings } from '../config/routing-load.ts';
import { FairQueue } from './fair-queue.ts';
import { LearntLimit } from './learnt-limit.ts';

/** A request that waits for room at a deployment. */
export interface Waiter {
  readonly caller: string;
  /** There is room, and it is its turn. Does it begin a call? If not, the next one is asked. */
  enter(): boolean;
  /** Somebody else has its place, since others of its caller wait as well. */
  refuse(): void;
}

/** Weight of the newest call in how long calls last. */
const NEWEST = 0.1;
/** Seconds after which a client may come back, at most. */
const LONGEST = 60;

/** How many calls a deployment is given at once, and who waits for room. Outlives a reload with what it has learnt. */
export class Room {
  #settings: ConcurrencySettings;
  readonly #learnt = new LearntLimit();
  readonly #queue = new FairQueue<Waiter>();
  /** Milliseconds that a call lasts. */
  #lasts = 0;

  constructor(settings: ConcurrencySettings) {
    this.#settings = settings;
  }

  /** Calls at once. */
  get limit(): number {
    const { adaptive, max } = this.#settings;
    return adaptive ? this.#learnt.value(max) : max;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** May one more wait? */
  get takes(): boolean {
    return this.#queue.size < this.#settings.queue;
  }

  /** Milliseconds that one waits at most. */
  get patience(): number {
    return this.#settings.wait;
  }

  /** Seconds after which those who wait now will have been served, and a client may come back. */
  get retryAfter(): number {
    const seconds = Math.ceil(((this.waiting + 1) * this.#lasts) / this.limit / 1_000);
    return Math.max(1, Math.min(LONGEST, seconds));
  }

  become(settings: ConcurrencySettings): void {
    this.#settings = settings;
  }

  /** False: it is full, and the caller has its share of it. */
  wait(waiter: Waiter): boolean {
    if (!this.takes) {
      const displaced = this.#queue.displace(waiter.caller);
      if (displaced === undefined) return false;
      displaced.refuse();
    }
    this.#queue.add(waiter);
    return true;
  }

  leave(waiter: Waiter): void {
    this.#queue.remove(waiter);
  }

  /** Takes out the one whose turn it is. */
  next(): Waiter | undefined {
    return this.#queue.next();
  }

  /** As of {@link Health.spoke}; `open`: calls under way, this one included. */
  spoke(after: number, open: number, now: number): void {
    const { adaptive, max } = this.#settings;
    if (adaptive) this.#learnt.spoke(after, open, max, now);
  }

  /** As of {@link Health.end}; `open`: calls under way, this one included. `stream`: it has spoken before. */
  ended(fault: Fault | undefined, duration: number, output: number, open: number, now: number): void {
    this.#lasts += (duration - this.#lasts) * (this.#lasts === 0 ? 1 : NEWEST);
    const { adaptive, max } = this.#settings;
    if (!adaptive) return;
    if (fault !== undefined && OVERLOAD.has(fault.kind)) this.#learnt.overloaded(now - duration, max, now);
    else if (fault === undefined && output > 0)
      this.#learnt.answered(duration / output, now - duration, open, max, now);
  }
}

const OVERLOAD: ReadonlySet<string> = new Set(['overloaded', 'rate-limited', 'timeout'] satisfies Fault['kind'][]);
