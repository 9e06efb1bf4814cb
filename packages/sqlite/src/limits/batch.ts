import { isLate, StoreTimeout } from '../deadline.ts';
import type { Journal } from './journal.ts';
import { aheadOf, isLoose, type Part } from './mark.ts';
import type { Marks } from './marks.ts';
import type { Tab } from './tab.ts';

/** A call that has its answer when the batch is in the file. */
interface Waiter {
  readonly deadline: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** What changed of the limits since the last transaction, to be written in the next one. */
export class Batch {
  readonly #journal: Journal;
  readonly #marks: Marks;
  readonly #tabs = new Set<Tab>();
  readonly #parts = new Set<Part>();
  #waiters: Waiter[] = [];
  /** Removes what counts no more at this moment. */
  purgeAt: number | undefined;

  constructor(journal: Journal, marks: Marks) {
    this.#journal = journal;
    this.#marks = marks;
  }

  keep(tab: Tab): void {
    this.#tabs.add(tab);
  }

  touch(part: Part): void {
    this.#parts.add(part);
  }

  has(tab: Tab): boolean {
    return this.#tabs.has(tab);
  }

  /** Resolves with the batch. Rejects when it fails, or when it was not begun by the deadline, after `undo`. */
  wait(deadline: number, undo: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const back = (error: unknown): void => {
        undo();
        reject(error);
      };
      this.#waiters.push({ deadline, resolve, reject: back });
    });
  }

  /** Within a transaction; what it answers is to be called after it. Can run again. */
  write(): () => void {
    this.#dropLate();
    const leased = [...this.#parts].map((part) => [part, this.#writePart(part)] as const);
    const written = this.#journal.write(this.#tabs);
    if (this.purgeAt !== undefined) this.#marks.purge(this.purgeAt);
    return () => {
      for (const [part, high] of leased) part.leased = high;
      written();
      for (const waiter of this.#waiters) waiter.resolve();
    };
  }

  /** Tells those who wait. Answers what is in the file still and should not be, for the next batch. */
  fail(error: unknown): readonly Tab[] {
    for (const waiter of this.#waiters) waiter.reject(error);
    return [...this.#tabs].filter((tab) => !tab.isOpen && tab.page !== undefined);
  }

  /** Those whose deadline has passed are taken back before anything of them is written. */
  #dropLate(): void {
    const late = this.#waiters.filter(({ deadline }) => isLate(deadline));
    if (late.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !late.includes(waiter));
    for (const waiter of late) waiter.reject(new StoreTimeout());
  }

  /** The mark that is in the file then. It is set ahead of what is granted, and taken back when it is far ahead. */
  #writePart(part: Part): number {
    if (part.level <= part.leased && !isLoose(part)) return part.leased;
    const high = part.level + aheadOf(part);
    this.#marks.write(part, high);
    // Lower at once: what is granted from here on must not count on more than the file will say.
    part.leased = Math.min(part.leased, high);
    return high;
  }
}
