import type { Limit, Reservation } from '@postern/core';
import type { Kept } from './tab.ts';

/** What a row of the journal says. */
export interface JournalRow {
  /** Those that were opened, or have changed: what is said of one last counts. */
  readonly opened: readonly (readonly [seq: number, kept: Kept])[];
  /** Those of rows before this one that are over. */
  readonly ended: readonly number[];
}

/** As it is written: limits, of which most reservations of a row have the same ones, stand in it once. */
interface Written {
  readonly limits?: readonly Limit[];
  readonly opened: readonly (readonly [seq: number, kept: WrittenKept])[];
  readonly ended: readonly number[];
}
interface WrittenKept extends Omit<Kept, 'reservation'> {
  readonly reservation: Omit<Reservation, 'scopes'> & {
    /** Limits by their place in the row; those of a file of the first form stand here. */
    readonly scopes: readonly { readonly scope: string; readonly limits: readonly (number | Limit)[] }[];
  };
}

export function encoded({ opened, ended }: JournalRow): string {
  const places = new Map<Limit, number>();
  const placeOf = (limit: Limit): number => {
    const place = places.get(limit) ?? places.size;
    if (place === places.size) places.set(limit, place);
    return place;
  };
  const written = opened.map(([seq, { reservation, steps }]) => {
    const scopes = reservation.scopes.map(({ scope, limits }) => ({ scope, limits: limits.map(placeOf) }));
    return [seq, { reservation: { ...reservation, scopes }, steps }] as const;
  });
  return JSON.stringify({ limits: [...places.keys()], opened: written, ended } satisfies Written);
}

export function decoded(text: string): JournalRow {
  const { limits: known = [], opened, ended }: Written = JSON.parse(text);
  return {
    opened: opened.map(([seq, { reservation, steps }]) => {
      const scopes = reservation.scopes.map(({ scope, limits }) => ({
        scope,
        limits: limits.map((limit) => (typeof limit === 'number' ? (known[limit] as Limit) : limit)),
      }));
      return [seq, { reservation: { ...reservation, scopes }, steps }] as const;
    }),
    ended,
  };
}
