import type { KeptCounter, KeptReservation, Reservation } from '@postern/core';
import { numberOf } from '../numbers.ts';
import { textOf } from '../text.ts';

const DAY = 86_400_000;

/** What a scope has counted, with the version of its row; 0: it has none. */
export interface ScopeRow {
  readonly version: number;
  readonly text: string;
  readonly kept: readonly KeptCounter[];
}

/** A reservation, with the version of its row. */
export interface ReservationRow {
  readonly version: number;
  readonly kept: KeptReservation;
}

export const NO_SCOPE: ScopeRow = { version: 0, text: '[]', kept: [] };

/** A row as PostgreSQL gives it: of a scope, or (with a state) of a reservation. */
export interface FoundRow {
  readonly key: string;
  readonly version: string;
  readonly state: KeptReservation['state'] | null;
  readonly kept: string;
}

/** Scopes and reservations by their ids as they stand in the tables. */
export const scopeRowOf = ({ version, kept }: FoundRow): ScopeRow => ({
  version: numberOf(version),
  text: kept,
  kept: JSON.parse(kept) as readonly KeptCounter[],
});

export const reservationRowOf = ({ version, kept }: FoundRow): ReservationRow => ({
  version: numberOf(version),
  kept: JSON.parse(kept) as KeptReservation,
});

/** The scopes of a reservation, each once, as they stand in the tables. */
export const scopesOf = ({ scopes }: Pick<Reservation, 'scopes'>): readonly string[] => [
  ...new Set(scopes.map(({ scope }) => textOf(scope))),
];

/** The reservation as `write_limits` takes it. */
export const writtenOf = (id: string, kept: KeptReservation, version?: number): Readonly<Record<string, unknown>> => ({
  id,
  version,
  state: kept.state,
  expires: kept.reservation.expires,
  scopes: scopesOf(kept.reservation),
  kept: JSON.stringify(kept),
});

/** Counters without those in which nothing can count any more. */
export const alive = (counters: readonly KeptCounter[], now: number): readonly KeptCounter[] =>
  counters.filter((counter) => holdsOf(counter) > 0 || idleAtOf(counter, now) > now);

/** From when on nothing in these counters can count. Three windows: what is carried over outlives its own, and months differ in length. */
export const idleAt = (counters: readonly KeptCounter[], now: number): number =>
  counters.reduce((latest, counter) => Math.max(latest, idleAtOf(counter, now)), 0);

export const holdsIn = (counters: readonly KeptCounter[]): number =>
  counters.reduce((sum, counter) => sum + holdsOf(counter), 0);

function idleAtOf({ limit, parts }: KeptCounter, now: number): number {
  // What is open now is told by its holds. In steps of a day, so that the row's index is not written at each call.
  if (limit.counts === 'concurrency') return (Math.floor(now / DAY) + 2) * DAY;
  if (limit.window === 0) return Number.POSITIVE_INFINITY;
  return (parts.at(-1)?.[0] ?? 0) + 3 * limit.window;
}

const holdsOf = ({ parts, before }: KeptCounter): number =>
  parts.reduce((sum, part) => sum + part[3], before?.[3] ?? 0);
