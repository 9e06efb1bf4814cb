import type { Limit, Limits, ScopeId } from '@postern/core';
import type { OpenDatabase } from '../open-database.ts';
import { toColumn } from '../text.ts';
import { Mark, type Part } from './mark.ts';
import { isSame } from './window.ts';

/** Size at which marks that count no more are first looked for. */
const SWEEP = 4_096;

/** All marks that this process has seen, by scope and limit. The file is asked for one when it is first needed, so that a start costs the same with a million. */
export class Marks {
  readonly #database: OpenDatabase;
  readonly #scopes = new Map<ScopeId, Map<string, Mark>>();
  #size = 0;
  #sweepAt = SWEEP;

  constructor(database: OpenDatabase) {
    this.#database = database;
  }

  /**
   * The mark, and whether it is new here: what the file has of it is in its parts then, for the counters to be brought there.
   * The limit counts as it is told now.
   */
  at(scope: ScopeId, limit: Limit, now: number): { readonly mark: Mark; readonly isNew: boolean } {
    const found = this.#scopes.get(scope)?.get(limit.id);
    if (found !== undefined && isSame(found.limit, limit)) {
      found.limit = limit;
      return { mark: found, isNew: false };
    }
    if (this.#size >= this.#sweepAt) this.#sweep(now);
    const mark = new Mark(scope, limit);
    // What was counted under another setting of the limit counts no more, not after a restart either: its rows have another name.
    if (found === undefined) this.#load(mark);
    const ofScope = this.#scopes.get(scope);
    if (ofScope === undefined) this.#scopes.set(scope, new Map([[limit.id, mark]]));
    else ofScope.set(limit.id, mark);
    if (found === undefined) this.#size += 1;
    return { mark, isNew: true };
  }

  #load(mark: Mark): void {
    const rows = this.#database
      .sql('SELECT start, high FROM marks WHERE scope = ? AND counter = ? ORDER BY start')
      .all([toColumn(mark.scope), toColumn(mark.counter)]) as (readonly [number, number])[];
    for (const [start, high] of rows) mark.restore(start, high);
  }

  /** Writes what is in the file of a part: `high`. Within a transaction. */
  write({ mark, stretch }: Part, high: number): void {
    this.#database
      .sql(
        'INSERT INTO marks (scope, counter, start, ends, high) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET high = excluded.high',
      )
      .run([toColumn(mark.scope), toColumn(mark.counter), stretch.start, stretch.ends, high]);
  }

  /** Removes what counts no more. Within a transaction. */
  purge(now: number): void {
    this.#database.sql('DELETE FROM marks WHERE ends <= ?').run([now]);
  }

  /** All parts. */
  *[Symbol.iterator](): Iterator<Part> {
    for (const marks of this.#scopes.values()) for (const mark of marks.values()) yield* mark.parts;
  }

  #sweep(now: number): void {
    this.#size = 0;
    for (const [scope, marks] of this.#scopes) {
      for (const [id, { parts }] of marks) if (parts.every((part) => part.stretch.ends <= now)) marks.delete(id);
      if (marks.size === 0) this.#scopes.delete(scope);
      else this.#size += marks.size;
    }
    this.#sweepAt = Math.max(SWEEP, this.#size * 2);
  }
}

/** Brings counters to what a part had, as a reservation that was settled in its time. A limit refuses nothing of what was granted before. */
export function replay(limits: Limits, { mark, stretch }: Part, amount: number, id: string): void {
  if (amount === 0) return;
  const { rollover: _, ...bare } = mark.limit;
  const limit = { ...bare, soft: true, ...(bare.start === undefined ? {} : { start: stretch.start }) };
  const call = { now: stretch.middle, deadline: stretch.middle };
  const amounts = { [limit.counts]: amount };
  const reservation = {
    id,
    scopes: [{ scope: mark.scope, limits: [limit] }],
    amounts,
    expires: Number.MAX_VALUE,
    onExpiry: 'spend' as const,
  };
  // The counters are of this process and change before the answer is there.
  void limits.admit(reservation, call);
  void limits.settle(id, amounts, call);
}
