import { LedgerTotals, matchesFilter } from './ledger-sums.ts';
import { PAGE_SIZE } from './page-size.ts';
import type { AttemptRecord, Ledger, LedgerDimension, LedgerFilter, Page, Total } from './store.ts';

/** The last `capacity` attempts in this process. Beyond that the oldest is dropped. */
export class MemoryLedger implements Ledger {
  readonly #capacity: number;
  /** A ring: the record with the number n stands at n modulo capacity; undefined where one was purged. */
  readonly #ring: (AttemptRecord | undefined)[] = [];
  readonly #ids = new Set<string>();
  /** Number of the next record. */
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async append(attempts: readonly AttemptRecord[]): Promise<void> {
    for (const record of attempts) {
      const known = this.#ids.size;
      if (this.#ids.add(record.attempt).size === known) continue;
      this.#put(this.#next, record);
      this.#next += 1;
    }
  }

  #put(number: number, record: AttemptRecord | undefined): void {
    const place = number % this.#capacity;
    const before = this.#ring[place];
    if (before !== undefined) this.#ids.delete(before.attempt);
    this.#ring[place] = record;
  }

  async list(filter: LedgerFilter, cursor: string | undefined): Promise<Page<AttemptRecord>> {
    const items: AttemptRecord[] = [];
    for (const [number, record] of this.#from(cursor === undefined ? 0 : Number(cursor))) {
      if (!matchesFilter(filter, record)) continue;
      if (items.length === PAGE_SIZE) return { items, next: String(number) };
      items.push(record);
    }
    return { items };
  }

  async totals(filter: LedgerFilter, by: readonly LedgerDimension[]): Promise<readonly Total[]> {
    const totals = new LedgerTotals(by, filter.scope);
    for (const [, record] of this.#from(0)) if (matchesFilter(filter, record)) totals.add(record);
    return totals.all();
  }

  async purge(before: number): Promise<number> {
    let count = 0;
    for (const [number, record] of this.#from(0)) {
      if (record.endedAt >= before) continue;
      this.#put(number, undefined);
      count += 1;
    }
    return count;
  }

  /** Records with their numbers, the oldest first. */
  *#from(number: number): Generator<[number, AttemptRecord]> {
    for (let at = Math.max(number, this.#next - this.#capacity); at < this.#next; at++) {
      const record = this.#ring[at % this.#capacity];
      if (record !== undefined) yield [at, record];
    }
  }
}
