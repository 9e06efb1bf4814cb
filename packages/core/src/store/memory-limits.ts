import { Recent } from '../kit/recent.ts';
import type { Counter, Part } from './counter.ts';
import { type KeptCounter, type KeptReservation, partAt } from './kept-limits.ts';
import { Counters, current, type Made, maxOf, reservedOf, resetOf, roll, usedOf } from './memory-counters.ts';
import { PAGE_SIZE } from './page-size.ts';
import type {
  Amounts,
  Call,
  Granted,
  Limit,
  LimitState,
  Limits,
  Page,
  Refused,
  Reservation,
  ScopeId,
} from './store.ts';

/** A part of a reservation in one window of one counter. A class, as are those below: they live as long as a call runs (decisions/0006). */
class Hold {
  readonly counter: Counter;
  readonly part: Part;
  amount: number;

  constructor(counter: Counter, part: Part, amount: number) {
    this.counter = counter;
    this.part = part;
    this.amount = amount;
  }
}
/** One limit that a reservation is held against; with extensions over several windows. */
class Claim {
  readonly scope: ScopeId;
  readonly limit: Limit;
  readonly holds: Hold[] = [];

  constructor(scope: ScopeId, limit: Limit) {
    this.scope = scope;
    this.limit = limit;
  }
}
class Open {
  readonly sequence: number;
  claims: readonly Claim[];
  reservation: Reservation;

  constructor(sequence: number, claims: readonly Claim[], reservation: Reservation) {
    this.sequence = sequence;
    this.claims = claims;
    this.reservation = reservation;
  }

  /** It is over: an old table of the Map that it stood in would hold it all in memory. Gives its claims. */
  end(): readonly Claim[] {
    const { claims } = this;
    this.claims = OVER;
    this.reservation = NO_RESERVATION;
    return claims;
  }
}

interface Lapsed {
  readonly claim: Claim | undefined;
  readonly reservation: Reservation;
}

/** Nothing is limited, so there is nothing to count: one answer for all. */
const UNLIMITED: Promise<Granted> = Promise.resolve({ granted: true, scopes: [] });
const NOTHING: Amounts = {};
const OVER: readonly Claim[] = Object.freeze([]);
const NO_RESERVATION: Reservation = Object.freeze({
  id: '',
  scopes: [],
  amounts: NOTHING,
  expires: 0,
  onExpiry: 'release',
});

/**
 * Limits in this process. Fixed windows; what a request uses counts in the window that it was admitted in, an extension in
 * the window that it was asked for in. Concurrency is given back when a reservation ends, whichever way.
 * A reservation without scopes is not kept. One that expired with `spend` or `release` is settled by that.
 */
export class MemoryLimits implements Limits {
  readonly #counters: Counters;
  readonly #open = new Map<string, Open>();
  /** Expired ones whose use is not known; they go on holding what they reserved, but no concurrency. */
  readonly #doubtful: Recent<string, Open>;
  /** Ended by expiry, so that no extension is granted on them. */
  readonly #lapsed: Recent<string, Lapsed>;
  #sequence = 0;
  #nextExpiry = Number.POSITIVE_INFINITY;

  /** @param capacity of limits times scopes, and of reservations that expired */
  constructor(capacity: number) {
    this.#counters = new Counters(capacity);
    this.#doubtful = new Recent(capacity);
    this.#lapsed = new Recent(capacity);
  }

  admit(reservation: Reservation, call: Call): Promise<Granted | Refused> {
    return reservation.scopes.length === 0 ? UNLIMITED : this.#admit(reservation, call);
  }

  async #admit(reservation: Reservation, { now }: Call): Promise<Granted | Refused> {
    check(reservation.amounts);
    this.#expire(now);
    const before = this.#open.get(reservation.id) ?? this.#doubtful.get(reservation.id);
    if (before !== undefined) return this.#granted(before.claims, now);
    const claims = claimsOf(reservation);
    const refused = this.#hold(claims, reservation.amounts, now);
    if (refused !== undefined) return refused;
    this.#sequence += 1;
    this.#open.set(reservation.id, new Open(this.#sequence, claims, reservation));
    // One that lapsed before and is admitted again is open as any other.
    if (this.#lapsed.size > 0) this.#lapsed.delete(reservation.id);
    this.#nextExpiry = Math.min(this.#nextExpiry, reservation.expires);
    return this.#granted(claims, now);
  }

  extend(id: string, by: Amounts, expires: number, call: Call): Promise<Granted | Refused> {
    if (this.#open.size === 0 && this.#lapsed.size === 0 && this.#doubtful.size === 0) return UNLIMITED;
    return this.#extend(id, by, expires, call);
  }

  async #extend(id: string, by: Amounts, expires: number, { now }: Call): Promise<Granted | Refused> {
    check(by);
    this.#expire(now);
    const lapsed = this.#lapsed.get(id)?.claim ?? this.#doubtful.get(id)?.claims[0];
    if (lapsed !== undefined) return refusedBy(lapsed, now);
    const open = this.#open.get(id);
    if (open === undefined) return UNLIMITED;
    const amounts = sum(open.reservation.amounts, by);
    check(amounts);
    const refused = this.#hold(open.claims, by, now);
    if (refused !== undefined) return refused;
    open.reservation = { ...open.reservation, amounts, expires };
    this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    return this.#granted(open.claims, now);
  }

  settle(id: string, used: Amounts, call: Call): Promise<Granted> {
    return this.#open.has(id) || this.#doubtful.has(id) ? this.#settle(id, used, call) : UNLIMITED;
  }

  async #settle(id: string, used: Amounts, { now }: Call): Promise<Granted> {
    check(used);
    this.#expire(now);
    const open = this.#open.get(id) ?? this.#doubtful.get(id);
    if (open === undefined) return UNLIMITED;
    this.#open.delete(id);
    this.#doubtful.delete(id);
    const claims = open.end();
    book(claims, used);
    return this.#granted(claims, now);
  }

  async open(cursor: string | undefined, { now }: Call): Promise<Page<Reservation>> {
    this.#expire(now);
    const after = cursor === undefined ? 0 : Number(cursor);
    const all = [...this.#doubtful.values(), ...this.#open.values()].filter((open) => open.sequence > after);
    const items = all.sort((a, b) => a.sequence - b.sequence).slice(0, PAGE_SIZE);
    const last = items.at(-1);
    const page = { items: items.map((open) => open.reservation) };
    return last === undefined || items.length === all.length ? page : { ...page, next: String(last.sequence) };
  }

  /** Ends what is past its time. */
  expire(now: number): void {
    this.#expire(now);
  }

  /** The counters of a scope, for a store that keeps them elsewhere: JSON. */
  keptScope(scope: ScopeId): readonly KeptCounter[] {
    return this.#counters.kept(scope);
  }

  /** A reservation, for a store that keeps it elsewhere: JSON. Undefined: it is settled. */
  keptReservation(id: string): KeptReservation | undefined {
    const lapsed = this.#lapsed.get(id);
    if (lapsed !== undefined) return { reservation: lapsed.reservation, state: 'lapsed', holds: [] };
    const open = this.#open.get(id);
    const found = open ?? this.#doubtful.get(id);
    if (found === undefined) return undefined;
    const holds = found.claims.map((claim) =>
      claim.holds.map(({ counter, part, amount }) => [counter.made, part.start, amount] as const),
    );
    return { reservation: found.reservation, state: open === undefined ? 'doubt' : 'open', holds };
  }

  /** Brings back what {@link keptScope} gave. */
  restoreScope(scope: ScopeId, kept: readonly KeptCounter[]): void {
    this.#counters.restore(scope, kept);
  }

  /** Brings back what {@link keptReservation} gave; after the counters of all its scopes. */
  restoreReservation({ reservation, state, holds }: KeptReservation): void {
    const claims = claimsOf(reservation);
    const { id, expires } = reservation;
    if (state === 'lapsed') {
      this.#lapsed.set(id, { claim: claims[0], reservation });
      return;
    }
    for (const [index, { scope, limit, holds: held }] of claims.entries()) {
      const counter = this.#counters.find(scope, limit.id);
      for (const hold of holds[index] ?? []) {
        const part = partAt(counter, hold);
        const [made, , amount] = hold;
        const of = counter?.made === made ? counter : detached(limit, made, part);
        held.push(new Hold(of, part, amount));
      }
    }
    this.#sequence += 1;
    const open = new Open(this.#sequence, claims, reservation);
    if (state === 'doubt') this.#doubtful.set(id, open);
    else this.#open.set(id, open);
    if (state === 'open') this.#nextExpiry = Math.min(this.#nextExpiry, expires);
  }

  /** Reserves on every claim, or on none. */
  #hold(claims: readonly Claim[], amounts: Amounts, now: number): Refused | undefined {
    // Of the first claims, in their order.
    const held: Hold[] = [];
    const made: Made[] = [];
    const undo = (): void => {
      for (const hold of held) release(hold);
      this.#counters.forget(made);
    };
    for (const claim of claims) {
      const { scope, limit } = claim;
      const amount = amounts[limit.counts] ?? 0;
      const counter = this.#counters.at(scope, limit, now, made);
      if (counter !== undefined && fits(counter, limit, amount)) {
        if (usedOf(counter) + reservedOf(counter) + amount > Number.MAX_SAFE_INTEGER) {
          undo();
          throw new RangeError('The count of a limit would not be below 2^53.');
        }
        const part = current(counter);
        held.push(new Hold(counter, part, amount));
        part.reserved += amount;
        part.holds += 1;
        continue;
      }
      undo();
      return refusedBy(claim, counter === undefined ? now : resetOf(counter, limit, now));
    }
    for (let index = 0; index < held.length; index++) keep(claims[index] as Claim, held[index] as Hold);
    return undefined;
  }

  #granted(claims: readonly Claim[], now: number): Granted {
    const scopes: LimitState[] = [];
    for (const { scope, limit, holds } of claims) {
      const counter = holds.at(-1)?.counter;
      if (counter !== undefined) scopes.push(stateOf(scope, limit, counter, now));
    }
    return { granted: true, scopes };
  }

  /** Ends what is past its time. The next expiry is known, so that this costs a comparison most of the time. */
  #expire(now: number): void {
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const [id, open] of this.#open) {
      const { expires, onExpiry, amounts } = open.reservation;
      if (expires > now) {
        this.#nextExpiry = Math.min(this.#nextExpiry, expires);
        continue;
      }
      this.#open.delete(id);
      if (onExpiry === 'doubt') this.#doubt(id, open);
      else {
        book(open.claims, onExpiry === 'spend' ? amounts : NOTHING);
        this.#lapsed.set(id, { claim: open.claims[0], reservation: open.reservation });
      }
    }
  }

  #doubt(id: string, open: Open): void {
    const calls = open.claims.filter((claim) => claim.limit.counts === 'concurrency');
    for (const hold of calls.flatMap((claim) => claim.holds.splice(0))) release(hold);
    this.#doubtful.set(id, open);
  }
}

function claimsOf({ scopes }: Reservation): readonly Claim[] {
  const claims: Claim[] = [];
  for (const { scope, limits } of scopes) for (const limit of limits) claims.push(new Claim(scope, limit));
  return claims;
}

/** The counter of a limit that was configured anew since: what is held of it counts nowhere. */
const detached = ({ counts }: Limit, made: number, part: Part): Counter => ({
  made,
  counts,
  slices: 1,
  before: undefined,
  parts: [part],
  told: false,
});

const refusedBy = ({ scope, limit }: Claim, resetAt: number): Refused => ({
  granted: false,
  scope,
  limit: limit.id,
  counts: limit.counts,
  resetAt,
});

/** A limit on what a call does not consume can't refuse it. */
function fits(counter: Counter, limit: Limit, amount: number): boolean {
  if (limit.soft === true || amount === 0) return true;
  return usedOf(counter) + reservedOf(counter) + amount <= maxOf(counter, limit);
}

function release({ part, amount }: Hold): void {
  part.reserved -= amount;
  part.holds -= 1;
}

/** Adds a hold to a claim: to the last one when it is of the same window, so that many extensions stay one hold. */
function keep({ holds }: Claim, hold: Hold): void {
  const last = holds.at(-1);
  if (last === undefined || last.part !== hold.part) {
    holds.push(hold);
    return;
  }
  last.amount += hold.amount;
  hold.part.holds -= 1;
}

/** Turns what was reserved into what was used. What goes beyond the reservation counts in its last window. */
function book(claims: readonly Claim[], used: Amounts): void {
  for (const { limit, holds } of claims) {
    let left = limit.counts === 'concurrency' ? 0 : (used[limit.counts] ?? 0);
    const last = holds.at(-1);
    for (const hold of holds) {
      const amount = hold === last ? left : Math.min(left, hold.amount);
      left -= amount;
      hold.part.used += amount;
      release(hold);
    }
  }
}

class State implements LimitState {
  readonly scope: ScopeId;
  readonly limit: string;
  readonly counts: Limit['counts'];
  readonly used: number;
  readonly reserved: number;
  readonly max: number;
  readonly resetAt: number;

  constructor(scope: ScopeId, limit: Limit, counter: Counter, now: number) {
    this.scope = scope;
    this.limit = limit.id;
    this.counts = limit.counts;
    this.used = usedOf(counter);
    this.reserved = reservedOf(counter);
    this.max = maxOf(counter, limit);
    this.resetAt = resetOf(counter, limit, now);
  }
}

function stateOf(scope: ScopeId, limit: Limit, counter: Counter, now: number): LimitState {
  roll(counter, limit, now);
  const state = new State(scope, limit, counter, now);
  return crosses(limit, counter) ? { ...state, crossed: true } : state;
}

/** Did a soft limit give way since it was last looked at? Told once a window, of what was really used; concurrency: each time anew. */
function crosses(limit: Limit, counter: Counter): boolean {
  if (limit.soft !== true) return false;
  const isOver =
    limit.counts === 'concurrency' ? reservedOf(counter) > limit.max : usedOf(counter) > maxOf(counter, limit);
  const isNews = isOver && !counter.told;
  counter.told = isOver;
  return isNews;
}

function check(amounts: Amounts): void {
  for (const name in amounts) {
    const amount = amounts[name as keyof Amounts];
    if (amount === undefined || (Number.isSafeInteger(amount) && amount >= 0)) continue;
    throw new RangeError(`The amount of ${name} must be an integer from 0 up and below 2^53; got ${amount}.`);
  }
}

function sum(amounts: Amounts, by: Amounts): Amounts {
  const total: Partial<Record<keyof Amounts, number>> = { ...amounts };
  for (const name of Object.keys(by) as (keyof Amounts)[]) total[name] = (total[name] ?? 0) + (by[name] ?? 0);
  return total;
}
