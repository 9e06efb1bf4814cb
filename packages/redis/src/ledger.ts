import type { AttemptRecord, Call, Ledger, LedgerDimension, LedgerFilter, Page, Total } from '@postern/core';
import { checkRecord, checkTimes } from './boundary.ts';
import type { Connection, Reply } from './connection.ts';
import { idOf, type Prefix } from './keys.ts';
import { matches, Totals } from './ledger-sums.ts';
import { LEDGER_APPEND, LEDGER_PURGE, LEDGER_READ } from './scripts/ledger.ts';
import type { Script } from './scripts/script.ts';

const PAGE_SIZE = 100;
/** Records that one script reads, writes or removes at the most: nothing else runs in Redis meanwhile. */
const BATCH = 500;

/**
 * The ledger in Redis, for small installations: it is in the memory of the server, and a filter reads all of it. Appending is idempotent by attempt, so
 * what rejects for want of an answer can be appended again.
 */
export class RedisLedger implements Ledger {
  readonly #connection: Connection;
  readonly #keys: readonly string[];

  constructor(connection: Connection, prefix: Prefix) {
    this.#connection = connection;
    this.#keys = ['records', 'order', 'ended', 'sequence'].map((part) => `${prefix}${part}`);
  }

  async append(attempts: readonly AttemptRecord[], call: Call): Promise<void> {
    for (const record of attempts) checkRecord(record);
    const run = this.#patiently(call);
    for (let at = 0; at < attempts.length; at += BATCH) {
      const batch = attempts.slice(at, at + BATCH);
      const values = batch.flatMap((record) => [idOf(record.attempt), record.endedAt, JSON.stringify(record)]);
      await run(LEDGER_APPEND, values);
    }
  }

  /** @throws RangeError for a cursor that no page gave */
  async list(filter: LedgerFilter, cursor: string | undefined, call: Call): Promise<Page<AttemptRecord>> {
    if (cursor !== undefined && !/^[0-9]{1,16}$/.test(cursor))
      throw new RangeError(`${JSON.stringify(cursor)} is no cursor of the ledger.`);
    const items: AttemptRecord[] = [];
    let last = cursor ?? '0';
    for await (const [number, record] of this.#from(last, call)) {
      if (!matches(filter, record)) continue;
      if (items.length === PAGE_SIZE) return { items, next: last };
      items.push(record);
      last = number;
    }
    return { items };
  }

  async totals(filter: LedgerFilter, by: readonly LedgerDimension[], call: Call): Promise<readonly Total[]> {
    const totals = new Totals(by, filter.scope);
    for await (const [, record] of this.#from('0', call)) if (matches(filter, record)) totals.add(record);
    return totals.all();
  }

  /** @throws RangeError for a moment that is no integer from 0 up */
  async purge(before: number, call: Call): Promise<number> {
    checkTimes(before);
    const run = this.#patiently(call);
    let count = 0;
    for (;;) {
      const [text] = await run(LEDGER_PURGE, [before, BATCH]);
      count += Number(text);
      if (Number(text) < BATCH) return count;
    }
  }

  /** Records after a number, the oldest first. */
  async *#from(number: string, call: Call): AsyncGenerator<readonly [string, AttemptRecord]> {
    const run = this.#patiently(call);
    let last = number;
    for (;;) {
      const fields = await run(LEDGER_READ, [last, BATCH]);
      for (let at = 0; at < fields.length; at += 2) {
        last = fields[at] ?? last;
        yield [last, JSON.parse(fields[at + 1] ?? '') as AttemptRecord];
      }
      if (fields.length < BATCH * 2) return;
    }
  }

  /** Several scripts within one deadline. */
  #patiently(call: Call): (script: Script, values: readonly (string | number)[]) => Promise<Reply> {
    const began = performance.now();
    return (script, values) => {
      const deadline = call.deadline - (performance.now() - began);
      return this.#connection.run(script, this.#keys, values, { now: call.now, deadline });
    };
  }
}
