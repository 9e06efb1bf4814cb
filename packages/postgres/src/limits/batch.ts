import { type Granted, type KeptCounter, MemoryLimits, type Refused } from '@postern/core';
import type { Statement } from '../connections.ts';
import { textOf } from '../text.ts';
import type { KnownRows } from './known-rows.ts';
import { alive, holdsIn, idleAt, NO_SCOPE, type ReservationRow, type ScopeRow, writtenOf } from './rows.ts';

/** What one call does to the limits. Ids as they stand in the tables. */
export interface Work {
  readonly id: string;
  /** The reservation's id as the caller has it. */
  readonly raw: string;
  /** Scopes that it names itself; those of its reservation come with that. */
  readonly scopes: readonly string[];
  /** The same, as the caller has them. */
  readonly rawScopes: readonly string[];
  readonly now: number;
  run(limits: MemoryLimits): Promise<Granted | Refused>;
}

/** What became of a call: an answer, or an error that is its own. */
export type Outcome = { readonly answer: Granted | Refused } | { readonly error: unknown };

/** More than a batch can touch: what it counts is bounded by what was asked for. */
const UNBOUNDED = 1_000_000_000;

/** Calls in their order, worked out in memory from rows that are known, and what is to be written of it. */
export class Batch {
  readonly #limits = new MemoryLimits(UNBOUNDED);
  readonly #known: KnownRows;
  readonly #before = new Map<string, ReservationRow | undefined>();
  readonly #raw = new Map<string, string>();
  readonly #scopes = new Map<string, { readonly raw: string; readonly row: ScopeRow }>();
  readonly #isDueLookedFor: boolean;
  #now = 0;

  /** @param isDueLookedFor has it to be written only if nothing else is past its time? */
  constructor(known: KnownRows, isDueLookedFor = true) {
    this.#known = known;
    this.#isDueLookedFor = isDueLookedFor;
  }

  get scopes(): Iterable<string> {
    return this.#scopes.keys();
  }

  get ids(): Iterable<string> {
    return this.#before.keys();
  }

  /** Brings in a scope that is known. */
  #scope(scope: string, raw: string): void {
    if (this.#scopes.has(scope)) return;
    const row = this.#known.scopes.get(scope) ?? NO_SCOPE;
    this.#scopes.set(scope, { raw, row });
    this.#limits.restoreScope(raw, row.kept);
  }

  /** Brings in a reservation that may be known, with its scopes. */
  #reservation(id: string, raw: string): void {
    if (this.#before.has(id)) return;
    const row = this.#known.reservations.get(id);
    this.#before.set(id, row);
    this.#raw.set(id, raw);
    if (row === undefined) return;
    for (const { scope } of row.kept.reservation.scopes) this.#scope(textOf(scope), scope);
    this.#limits.restoreReservation(row.kept);
  }

  /** Ends what is past its time of these reservations. */
  expire(ids: readonly string[], now: number): void {
    this.#now = now;
    for (const id of ids) this.#reservation(id, this.#known.reservations.get(id)?.kept.reservation.id ?? id);
    this.#limits.expire(now);
  }

  /** Carries the calls out, in memory. */
  async run(calls: readonly Work[]): Promise<Outcome[]> {
    for (const call of calls) {
      this.#now = Math.max(this.#now, call.now);
      for (const [index, scope] of call.scopes.entries()) this.#scope(scope, call.rawScopes[index] ?? '');
      this.#reservation(call.id, call.raw);
    }
    const outcomes: Outcome[] = [];
    for (const call of calls) {
      try {
        outcomes.push({ answer: await call.run(this.#limits) });
      } catch (error) {
        outcomes.push({ error });
      }
    }
    return outcomes;
  }

  /** The statement that writes it, and what is to be known once it is written; undefined when it touched nothing. */
  written(schema: string, tidy: boolean): Written | undefined {
    const scopes = this.#writtenScopes();
    const [gone, changed, fresh] = this.#writtenReservations();
    if (scopes.length === 0) return undefined;
    const values = [
      scopes.map(({ scope }) => scope),
      scopes.map(({ version }) => version),
      scopes.map(({ text }) => text),
      scopes.map(({ kept }) => idleAt(kept, this.#now)),
      scopes.map(({ kept }) => holdsIn(kept)),
      gone.map(([id]) => id),
      gone.map(([, row]) => row.version),
      JSON.stringify(changed.map(([id, row, kept]) => writtenOf(id, kept, row.version))),
      JSON.stringify(fresh.map(([id, kept]) => writtenOf(id, kept))),
      this.#isDueLookedFor ? this.#now : -1,
      tidy,
    ];
    const text = `SELECT ${schema}.write_limits($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS version`;
    return {
      statement: { name: 'write-limits', text, values, timed: true },
      note: (version) => {
        for (const { scope, text, kept } of scopes)
          if (text !== null) this.#known.scopes.set(scope, { version, text, kept });
        for (const [id] of gone) this.#known.reservations.delete(id);
        for (const [id, , kept] of changed) this.#remember(id, version, kept);
        for (const [id, kept] of fresh) this.#remember(id, version, kept);
      },
    };
  }

  #remember(id: string, version: number, kept: ReservationRow['kept']): void {
    if (kept.state === 'open') this.#known.reservations.set(id, { version, kept });
    else this.#known.reservations.delete(id);
  }

  /** All that was looked at: what has not changed is still to be seen to be what it was. */
  #writtenScopes(): readonly WrittenScope[] {
    const written: WrittenScope[] = [];
    for (const [scope, { raw, row }] of this.#scopes) {
      const kept = alive(this.#limits.keptScope(raw), this.#now);
      const text = JSON.stringify(kept);
      const isSame = text === row.text;
      // A row that is not there and has nothing in it has nothing to be compared with; another process may make it, and count in it.
      written.push({ scope, version: row.version, text: isSame && row.version > 0 ? null : text, kept });
    }
    return written;
  }

  #writtenReservations(): readonly [Gone[], Changed[], Fresh[]] {
    const [gone, changed, fresh]: [Gone[], Changed[], Fresh[]] = [[], [], []];
    for (const [id, row] of this.#before) {
      const kept = this.#limits.keptReservation(this.#raw.get(id) ?? id);
      if (kept === undefined && row !== undefined) gone.push([id, row]);
      else if (kept !== undefined && row !== undefined) changed.push([id, row, kept]);
      else if (kept !== undefined) fresh.push([id, kept]);
    }
    return [gone, changed, fresh];
  }
}

type Gone = readonly [string, ReservationRow];
type Changed = readonly [string, ReservationRow, ReservationRow['kept']];
type Fresh = readonly [string, ReservationRow['kept']];

interface WrittenScope {
  readonly scope: string;
  readonly version: number;
  /** Null: as it was. */
  readonly text: string | null;
  readonly kept: readonly KeptCounter[];
}

/** What a batch came to. */
export interface Written {
  readonly statement: Statement;
  /** Notes that it was written, as this version. */
  note(version: number): void;
}
