import type { Clock } from '../kit/clock.ts';
import type { Kept } from './kept.ts';

/** Wait before the first repetition and the longest one, in ms; each is twice the one before. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 1_000;

/** Settings of an {@link Outbox}. */
export interface OutboxOptions<Item> {
  readonly clock: Clock;
  /** Most items that wait; what comes beyond is lost. */
  readonly capacity: number;
  /** Most items of one batch. */
  readonly batch: number;
  /** Sends a batch; it may be sent again, whole, when this rejects. What a store will never take is a RangeError or TypeError. */
  send(items: readonly Item[]): Promise<unknown>;
  /** Sending began to fail: everything is kept and sent again until it goes. */
  onAway(cause: unknown): void;
  /** It goes again. */
  onBack(): void;
  /** So many items will never be sent. */
  onLost(count: number, cause: unknown): void;
  /** Where items are kept that can't be sent, from the first failure until they are: so many outlive the process. Default: nowhere. */
  readonly kept?: Kept<Item> | undefined;
}

/**
 * Sends items in their order, in batches: what comes while one is under way is the next one, so that nothing waits while there is little to do, and the
 * round trips are few when there is much. What can't be sent is kept, and sent again.
 */
export class Outbox<Item> {
  readonly #options: OutboxOptions<Item>;
  #waiting: Item[] = [];
  /** The round that has not begun: it takes all that waits when it begins. */
  #coming: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Cancels the wait for the next try. */
  #cancel: (() => void) | undefined;
  /** Items at the head that are sent one by one, because one of them is at fault. */
  #single = 0;
  #flushing: (() => void)[] = [];
  /** Items at the head that are kept elsewhere too. */
  #kept = 0;
  /** What an earlier process kept is here. */
  readonly #restored: Promise<void> | undefined;

  constructor(options: OutboxOptions<Item>) {
    this.#options = options;
    if (options.kept !== undefined) {
      this.#restored = this.#restore(options.kept);
      this.#last = this.#restored;
    }
  }

  /** Items that are not sent yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Resolves when they were sent, or failed to be for the first time and are kept. Undefined: that is the case by now. Never rejects. */
  add(items: readonly Item[]): Promise<void> | undefined {
    const { capacity, onLost } = this.#options;
    const room = Math.max(0, capacity - this.#waiting.length);
    if (room < items.length) onLost(items.length - room, new RangeError(`The journal is full: ${capacity}.`));
    for (const item of room < items.length ? items.slice(0, room) : items) this.#waiting.push(item);
    // Also while it is tried again: whether that helps nobody knows.
    const keeping = this.#failures > 0 ? this.#keep() : undefined;
    return this.#cancel === undefined ? this.#begin() : keeping;
  }

  /** Sends what waits, and waits `ms` at the most until nothing is left. Resolves to how many are. */
  async flush(ms: number): Promise<number> {
    if (this.#restored !== undefined) await this.#restored;
    if (this.#cancel !== undefined) void this.#again();
    return new Promise((resolve) => {
      if (this.size === 0) return resolve(0);
      const done = (): void => {
        stop();
        this.#flushing = this.#flushing.filter((other) => other !== done);
        resolve(this.size);
      };
      const stop = this.#options.clock.timer(ms, done);
      this.#flushing.push(done);
    });
  }

  /** No further try is made by itself. What waits is kept, where it is kept at all. */
  stop(): void {
    this.#cancel?.();
    void this.#keep();
  }

  /** What an earlier process could not send comes before all that is new. */
  async #restore(kept: Kept<Item>): Promise<void> {
    const items = await kept.load();
    this.#waiting = [...items, ...this.#waiting];
    this.#kept = items.length;
    if (items.length > 0) void this.#begin();
  }

  #keep(): Promise<void> | undefined {
    const { kept } = this.#options;
    if (kept === undefined || this.#kept === this.#waiting.length) return undefined;
    const items = this.#waiting.slice(this.#kept);
    this.#kept = this.#waiting.length;
    return kept.append(items) ?? undefined;
  }

  /** So many at the head are through with. */
  #remove(count: number): void {
    const gone = this.#waiting.splice(0, count);
    if (this.#kept === 0) return;
    this.#options.kept?.confirm(gone.slice(0, this.#kept));
    this.#kept = Math.max(0, this.#kept - count);
  }

  #begin(): Promise<void> {
    if (this.#coming === undefined) {
      this.#coming = this.#round(this.#last);
      this.#last = this.#coming;
    }
    return this.#coming;
  }

  #again(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    return this.#begin();
  }

  async #round(before: Promise<void>): Promise<void> {
    await before;
    this.#coming = undefined;
    // One that began before failed, and the next try is for later.
    if (this.#cancel !== undefined) return;
    for (let left = this.size; left > 0; ) {
      const batch = this.#waiting.slice(0, this.#single > 0 ? 1 : Math.min(left, this.#options.batch));
      const gone = await this.#send(batch);
      if (gone < 0) return this.#keep();
      this.#remove(gone);
      left -= gone;
    }
    if (this.size === 0) for (const done of this.#flushing) done();
  }

  /** How many of the batch are through with; -1: it is to be sent later. */
  async #send(batch: readonly Item[]): Promise<number> {
    try {
      await this.#options.send(batch);
    } catch (cause) {
      return this.#failed(batch, cause);
    }
    if (this.#single > 0) this.#single -= 1;
    if (this.#failures > 0) this.#options.onBack();
    this.#failures = 0;
    return batch.length;
  }

  #failed(batch: readonly Item[], cause: unknown): number {
    if (cause instanceof RangeError || cause instanceof TypeError) {
      if (batch.length > 1) {
        this.#single = batch.length;
        return 0;
      }
      if (this.#single > 0) this.#single -= 1;
      this.#options.onLost(1, cause);
      return 1;
    }
    this.#failures += 1;
    if (this.#failures === 1) this.#options.onAway(cause);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#failures - 1));
    this.#cancel = this.#options.clock.timer(wait, () => void this.#again());
    return -1;
  }
}
