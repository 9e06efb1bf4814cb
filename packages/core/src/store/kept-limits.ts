import type { Counter, Part } from './counter.ts';
import type { Limit, Reservation } from './store.ts';

/** A part of time as it is kept: start, used, reserved, holds that are not settled. */
type KeptPart = readonly [start: number, used: number, reserved: number, holds: number];

/** A counter as it is kept: JSON. */
export interface KeptCounter {
  /** The limit as it was last asked for, without its `max`. */
  readonly limit: Limit;
  /** Tells it from others that the same limit had before it was configured anew. */
  readonly made: number;
  readonly told: boolean;
  readonly before?: KeptPart;
  readonly parts: readonly KeptPart[];
}

/** What a reservation holds of one limit: of which counter, in which part, how much. */
export type KeptHold = readonly [made: number, start: number, amount: number];

/** A reservation as it is kept: JSON. */
export interface KeptReservation {
  readonly reservation: Reservation;
  /** `lapsed`: settled by its expiry; kept so that no extension is granted on it. */
  readonly state: 'open' | 'doubt' | 'lapsed';
  /** By limit, in the order of the reservation. */
  readonly holds: readonly (readonly KeptHold[])[];
}

const keptPart = ({ start, used, reserved, holds }: Part): KeptPart => [start, used, reserved, holds];
const partOf = ([start, used, reserved, holds]: KeptPart): Part => ({ start, used, reserved, holds });

/** A counter as it is kept. */
export function keptCounter({ made, told, before, parts }: Counter, limit: Limit): KeptCounter {
  const { max: _, rollover: __, soft: ___, ...identity } = limit;
  const kept = { limit: { ...identity, max: 0 }, made, told, parts: parts.map(keptPart) };
  return before === undefined ? kept : { ...kept, before: keptPart(before) };
}

/** The counter that {@link keptCounter} was given. */
export function counterOf({ limit, made, told, before, parts }: KeptCounter, slices: number): Counter {
  return {
    made,
    counts: limit.counts,
    slices,
    before: before === undefined ? undefined : partOf(before),
    parts: parts.map(partOf),
    told,
  };
}

/** The part of a counter that a kept hold is of; one that counts nowhere when it is over and gone. */
export function partAt(counter: Counter | undefined, [made, start, amount]: KeptHold): Part {
  const parts =
    counter?.made === made ? [...counter.parts, ...(counter.before === undefined ? [] : [counter.before])] : [];
  return parts.find((part) => part.start === start) ?? { start, used: 0, reserved: amount, holds: 1 };
}
