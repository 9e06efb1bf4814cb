import type { ReservationRow, ScopeRow } from './rows.ts';

/** Rows that are remembered at the most, of each kind. */
const MOST = 50_000;

/** Rows as they were last seen or written here. One that has changed since is found out when it is written. */
export class KnownRows {
  readonly scopes = new Map<string, ScopeRow>();
  readonly reservations = new Map<string, ReservationRow>();

  /** Forgets everything about these. */
  forget(scopes: Iterable<string>, ids: Iterable<string>): void {
    for (const scope of scopes) this.scopes.delete(scope);
    for (const id of ids) this.reservations.delete(id);
  }

  clear(): void {
    this.scopes.clear();
    this.reservations.clear();
  }

  /** Between two batches: all at once, since each of them can be read again. */
  trim(): void {
    if (this.scopes.size > MOST) this.scopes.clear();
    if (this.reservations.size > MOST) this.reservations.clear();
  }
}
