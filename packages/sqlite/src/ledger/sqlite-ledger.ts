import type { AttemptRecord, Call, Ledger, LedgerDimension, LedgerFilter, Page, Total } from '@postern/core';
import { cursorOf, numberOf } from '../cursor.ts';
import { deadlineOf } from '../deadline.ts';
import type { OpenDatabase } from '../open-database.ts';
import { PAGE_SIZE } from '../page-size.ts';
import type { Writer } from '../writer.ts';
import { conditionOf, spanOf } from './filter.ts';
import { piecesOf } from './pieces.ts';
import { INSERT, type Row, rowOf } from './row.ts';
import { Totals } from './totals.ts';

const LIST = 'attempts';
/** Records of one transaction, of one look of a list, of one addition: a few milliseconds each. */
const [WRITE, LOOK, SUM] = [128, 20_000, 1_000];

/** The attempts, in the order of appending. Removing is the only change. */
export class SqliteLedger implements Ledger {
  readonly #database: OpenDatabase;
  readonly #writer: Writer;

  constructor(database: OpenDatabase, writer: Writer) {
    this.#database = database;
    this.#writer = writer;
  }

  /**
   * Resolves when the records are in the file. Rejects before that with RangeError when one of them is wrong (nothing is written then), with
   * StoreTimeout or StoreBusy (then each of many may be written or not; appending again is safe).
   */
  async append(attempts: readonly AttemptRecord[], call: Call): Promise<void> {
    const deadline = deadlineOf(call);
    const rows = attempts.map(rowOf);
    const writes: Promise<void>[] = [];
    for (let from = 0; from < rows.length; from += WRITE) {
      const some = rows.slice(from, from + WRITE);
      writes.push(this.#writer.write(() => this.#insert(some), deadline, some.length));
    }
    await Promise.all(writes);
  }

  #insert(rows: readonly Row[]): void {
    const attempt = this.#database.sql(INSERT);
    const scope = this.#database.sql('INSERT INTO attempt_scopes (scope, seq) VALUES (?, ?)');
    for (const { values, scopes } of rows) {
      const { changes, lastInsertRowid } = attempt.run(values);
      if (changes > 0) for (const name of scopes) scope.run([name, Number(lastInsertRowid)]);
    }
  }

  /** Rejects with TypeError for a cursor that is none of this list. */
  async list(filter: LedgerFilter, cursor: string | undefined, call: Call): Promise<Page<AttemptRecord>> {
    this.#writer.assertOpen();
    const deadline = deadlineOf(call);
    const begin = cursor === undefined ? 0 : numberOf(LIST, cursor);
    const { sql, values } = conditionOf(filter);
    const statement = this.#database.sql(
      `SELECT a.seq, a.record FROM attempts a WHERE a.seq > ? AND a.seq <= ? AND ${sql} ORDER BY a.seq LIMIT ?`,
    );
    const span = spanOf(this.#database, filter);
    const found: (readonly [number, string])[] = [];
    for await (const { after, last } of piecesOf({ ...span, after: Math.max(begin, span.after) }, LOOK, deadline)) {
      found.push(
        ...(statement.all([after, last, ...values, PAGE_SIZE + 1 - found.length]) as (readonly [number, string])[]),
      );
      if (found.length > PAGE_SIZE) break;
    }
    const page = found.slice(0, PAGE_SIZE);
    const items = page.map(([, record]) => JSON.parse(record) as AttemptRecord);
    const last = page.at(-1);
    return last === undefined || page.length === found.length
      ? { items }
      : { items, next: cursorOf(LIST, String(last[0])) };
  }

  async totals(filter: LedgerFilter, by: readonly LedgerDimension[], call: Call): Promise<readonly Total[]> {
    this.#writer.assertOpen();
    const deadline = deadlineOf(call);
    const totals = new Totals(this.#database, filter, by);
    for await (const piece of piecesOf(spanOf(this.#database, filter), SUM, deadline)) totals.add(piece);
    return totals.all;
  }

  /** After a StoreTimeout a part of it is removed. */
  async purge(before: number, call: Call): Promise<number> {
    const deadline = deadlineOf(call);
    this.#writer.assertOpen();
    let count = 0;
    for await (const { after, last } of piecesOf(spanOf(this.#database, {}), WRITE * 8, deadline)) {
      const old = this.#database
        .sql('SELECT seq, scopes FROM attempts WHERE seq > ? AND seq <= ? AND ended_at < ?')
        .all([after, last, before]) as (readonly [number, string])[];
      if (old.length > 0) count += await this.#writer.write(() => this.#remove(old), deadline, old.length);
    }
    return count;
  }

  #remove(rows: readonly (readonly [number, string])[]): number {
    const scope = this.#database.sql('DELETE FROM attempt_scopes WHERE scope = ? AND seq = ?');
    const attempt = this.#database.sql('DELETE FROM attempts WHERE seq = ?');
    let count = 0;
    for (const [seq, scopes] of rows) {
      for (const name of JSON.parse(scopes) as string[]) scope.run([name, seq]);
      count += attempt.run([seq]).changes;
    }
    return count;
  }
}
