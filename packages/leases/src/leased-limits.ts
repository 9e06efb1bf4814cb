import type { Amounts, Call, Granted, LimitState, Limits, Page, Refused, Reservation } from '@postern/core';
import { Borrower } from './borrower.ts';
import { addPart, bookClaim, type Claim, checkAmounts, type Hold, sumOf } from './holds.ts';
import { Lapsed } from './lapsed.ts';
import { openPage } from './open-page.ts';
import type { LeaseSettings } from './options.ts';
import { Quotas } from './quotas.ts';
import type { Part } from './slice.ts';

const UNLIMITED: Granted = { granted: true, scopes: [] };
/** How often a refused call is tried again after slices were given back for it. */
const MOST_TRIES = 3;

/**
 * Limits that are served out of slices. A request that finds enough in the slices of all its limits is admitted here; otherwise one call of the store
 * reserves over those limits whose slices don't do, and the others are held here: all or nothing all the same, because what was drawn here is put back at once.
 * Reservations with `doubt` go to the store as a whole, because they are to be found there after a crash.
 */
export class LeasedLimits implements Limits {
  readonly #inner: Limits;
  readonly #settings: LeaseSettings;
  readonly #borrower: Borrower;
  readonly #quotas: Quotas;
  readonly #holds = new Map<string, Hold>();
  /** Admissions that wait for the store: one that is sent again must not draw again. */
  readonly #entering = new Map<string, Promise<Granted | Refused>>();
  readonly #lapsed: Lapsed<Claim | undefined>;
  #nextExpiry = Number.POSITIVE_INFINITY;
  #sequence = 0;
  #cancelSweep: (() => void) | undefined;
  #isClosed = false;

  constructor(inner: Limits, settings: LeaseSettings) {
    this.#inner = inner;
    this.#settings = settings;
    this.#borrower = new Borrower(inner, settings);
    this.#quotas = new Quotas(settings.capacity, settings.horizonMs, (quota) => this.#borrower.retire(quota));
    this.#lapsed = new Lapsed(settings.capacity);
  }

  async admit(reservation: Reservation, call: Call): Promise<Granted | Refused> {
    const { id, amounts, expires, onExpiry } = reservation;
    const { now } = call;
    checkAmounts(amounts);
    this.#expire(now);
    const before = this.#holds.get(id);
    if (before !== undefined) return this.#granted(before.claims, now);
    const entering = this.#entering.get(id);
    if (entering !== undefined) return entering;
    const claims: Claim[] = [];
    let isHeld = true;
    let isDrawn = reservation.scopes.length === 0;
    for (const { scope, limits } of reservation.scopes) {
      for (const limit of limits) {
        const quota = this.#quotas.at(scope, limit);
        const part = onExpiry === 'doubt' ? undefined : quota.draw(amounts[limit.counts] ?? 0, expires, now);
        if (part === undefined) isHeld = false;
        else if (part.slice !== undefined && part.amount > 0) isDrawn = true;
        claims.push({ quota, parts: part === undefined ? undefined : [part] });
      }
    }
    // One that draws nothing asks how things are.
    if (isHeld && isDrawn) {
      this.#hold(reservation, claims, false);
      this.#growAll(claims, now);
      return this.#granted(claims, now);
    }
    const asked = claims.map((claim) => (isDrawn && claim.parts?.[0]?.slice !== undefined ? claim : strict(claim)));
    const admission = this.#admitInner(reservation, asked, call);
    this.#entering.set(id, admission);
    try {
      return await admission;
    } finally {
      this.#entering.delete(id);
    }
  }

  async extend(id: string, by: Amounts, expires: number, call: Call): Promise<Granted | Refused> {
    const { now } = call;
    checkAmounts(by);
    this.#expire(now);
    const hold = this.#holds.get(id);
    if (hold === undefined) {
      const lapsed = this.#lapsed.get(id);
      if (lapsed !== undefined) return refusedAt(lapsed, now);
      return this.#asked(() => this.#inner.extend(id, by, expires, call), now);
    }
    const drawn: [Claim, Part][] = [];
    const refused = await this.#drawAll(hold, by, expires, now, drawn);
    if (refused !== undefined) return refused;
    let answer: Granted | Refused = UNLIMITED;
    try {
      if (hold.isInner) answer = await this.#asked(() => this.#inner.extend(id, by, expires, call), now);
    } catch (error) {
      undoAll(drawn);
      throw error;
    }
    // It may be over by now.
    if (!answer.granted || this.#holds.get(id) !== hold) {
      undoAll(drawn);
      return answer.granted ? UNLIMITED : answer;
    }
    for (const [{ parts }, part] of drawn) addPart(parts as Part[], part);
    hold.reservation = { ...hold.reservation, amounts: sumOf(hold.reservation.amounts, by), expires };
    this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    this.#growAll(hold.claims, now);
    return this.#granted(hold.claims, now, answer.scopes);
  }

  async settle(id: string, used: Amounts, call: Call): Promise<Granted> {
    const { now } = call;
    checkAmounts(used);
    this.#expire(now);
    const hold = this.#holds.get(id);
    if (hold === undefined) return this.#seen(await this.#inner.settle(id, used, call), now);
    this.#holds.delete(id);
    const owed = this.#book(hold, used, now);
    if (!hold.isInner && owed === undefined) return this.#granted(hold.claims, now);
    const [answer] = await Promise.all([hold.isInner ? this.#inner.settle(id, used, call) : UNLIMITED, owed]);
    this.#seen(answer, now);
    for (const { quota } of hold.claims) quota.forgetRefusal();
    return this.#granted(hold.claims, now, answer.scopes);
  }

  open(cursor: string | undefined, call: Call): Promise<Page<Reservation>> {
    this.#expire(call.now);
    return openPage(this.#holds.values(), this.#inner, cursor, call);
  }

  /** Gives back all that no request holds. */
  async flush(): Promise<void> {
    await this.#borrower.flush(this.#settings.clock.now());
  }

  /** The same, and takes nothing any more. What requests under way hold counts as used when it expires. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelSweep?.();
    await this.flush();
  }

  /** One call of the store over what is not held here. */
  async #admitInner(reservation: Reservation, claims: readonly Claim[], call: Call): Promise<Granted | Refused> {
    const { now } = call;
    const missing = claims.filter(({ parts }) => parts === undefined);
    const known = this.#knownRefusal(missing, reservation.amounts, now);
    if (known !== undefined) return this.#giveUp(claims, known);
    let answer: Granted | Refused;
    try {
      const part = { ...reservation, scopes: scopesOf(missing) };
      answer = await this.#asked(() => this.#inner.admit(part, call), now);
    } catch (error) {
      this.#giveUp(claims, undefined);
      throw error;
    }
    if (!answer.granted) {
      const { scope, limit } = answer;
      const quota = this.#quotas.find(scope, limit);
      if (quota !== undefined)
        quota.refused(answer, reservation.amounts[quota.limit.counts] ?? 0, now, this.#settings.refusalMs);
      return this.#giveUp(claims, answer);
    }
    this.#hold(reservation, claims, true);
    this.#growAll(claims, now);
    return this.#granted(claims, now, answer.scopes);
  }

  #knownRefusal(missing: readonly Claim[], amounts: Amounts, now: number): Refused | undefined {
    for (const { quota } of missing) {
      const refusal = quota.refusalOf(amounts[quota.limit.counts] ?? 0, now);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #giveUp<Answer>(claims: readonly Claim[], answer: Answer): Answer {
    for (const { quota, parts } of claims) {
      for (const part of parts ?? []) {
        quota.undo(part);
        if (part.slice !== undefined) this.#borrower.drained(quota, part.slice);
      }
    }
    return answer;
  }

  /** Asks the store; where it refuses for want of what this process has in a slice, that is given back and it is asked again. */
  async #asked(ask: () => Promise<Granted | Refused>, now: number): Promise<Granted | Refused> {
    for (let tries = 1; ; tries++) {
      const { returns } = this.#borrower;
      const answer = await ask();
      if (answer.granted) return this.#seen(answer, now);
      const quota = this.#quotas.find(answer.scope, answer.limit);
      if (quota === undefined || tries === MOST_TRIES) return answer;
      await this.#borrower.vacate(quota, now);
      if (quota.returned <= returns) return answer;
    }
  }

  #seen<Answer extends Granted>(answer: Answer, now: number): Answer {
    for (const state of answer.scopes) {
      const quota = this.#quotas.find(state.scope, state.limit);
      if (quota !== undefined) this.#borrower.learn(quota, state, now, true);
    }
    return answer;
  }

  /** Draws for an extension; where a slice doesn't do, it is enlarged for it. */
  async #drawAll(
    { claims }: Hold,
    by: Amounts,
    expires: number,
    now: number,
    drawn: [Claim, Part][],
  ): Promise<Refused | undefined> {
    for (const claim of claims) {
      const { quota, parts } = claim;
      if (parts === undefined) continue;
      const amount = by[quota.limit.counts] ?? 0;
      let part = quota.draw(amount, expires, now);
      if (part === undefined && amount > 0) {
        await this.#borrower.growBy(quota, amount, now);
        part = quota.draw(amount, expires, now);
      }
      if (part !== undefined) drawn.push([claim, part]);
      else if (amount > 0) {
        undoAll(drawn);
        return refusedAt(claim, quota.until > now && Number.isFinite(quota.until) ? quota.until : now);
      }
    }
    return undefined;
  }

  #hold(reservation: Reservation, claims: readonly Claim[], isInner: boolean): void {
    this.#sequence += 1;
    this.#holds.set(reservation.id, { sequence: this.#sequence, claims, isInner, reservation });
    if (reservation.expires < this.#nextExpiry) this.#nextExpiry = reservation.expires;
  }

  /** What is owed to the store is on its way when this returns. */
  #book({ claims }: Hold, used: Amounts, now: number): Promise<unknown> | undefined {
    let owed: Promise<unknown> | undefined;
    for (const claim of claims) {
      const { quota, parts } = claim;
      bookClaim(claim, used, now);
      if (quota.draining.size > 0) {
        for (const { slice } of parts ?? []) if (slice !== undefined) this.#borrower.drained(quota, slice);
      }
      if (quota.owed > 0) owed = Promise.all([owed, this.#borrower.pay(quota, now)]);
    }
    return owed;
  }

  #growAll(claims: readonly Claim[], now: number): void {
    if (this.#isClosed) return;
    for (const { quota } of claims)
      if (quota.slice === undefined || now >= quota.slice.until || quota.slice.free <= quota.low)
        this.#borrower.grow(quota, now);
    if (this.#cancelSweep === undefined && !this.#borrower.isIdle) this.#sweepLater();
  }

  #sweepLater(): void {
    const { clock, horizonMs } = this.#settings;
    this.#cancelSweep = clock.timer(horizonMs / 2, () => {
      this.#cancelSweep = undefined;
      const now = clock.now();
      this.#expire(now);
      this.#borrower.sweep(now);
      if (!this.#borrower.isIdle && !this.#isClosed) this.#sweepLater();
    });
  }

  /** @param inner states that the store has told just now */
  #granted(claims: readonly Claim[], now: number, inner: readonly LimitState[] = []): Granted {
    const scopes: LimitState[] = [];
    let told = 0;
    for (const { quota, parts } of claims) {
      const state = quota.state(now);
      if (state === undefined) continue;
      const next = parts === undefined ? inner[told] : undefined;
      if (next !== undefined) told += 1;
      scopes.push(next?.crossed === true ? { ...state, crossed: true } : state);
    }
    return { granted: true, scopes };
  }

  /** Ends what is past its time. The next one is known, so that this costs a comparison most of the time. */
  #expire(now: number): void {
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const [id, hold] of this.#holds) {
      const { expires, onExpiry, amounts } = hold.reservation;
      if (expires > now) {
        this.#nextExpiry = Math.min(this.#nextExpiry, expires);
        continue;
      }
      this.#holds.delete(id);
      for (const { quota } of hold.claims) quota.forgetRefusal();
      // What is in doubt is the store's alone.
      if (onExpiry === 'doubt') continue;
      void this.#book(hold, onExpiry === 'spend' ? amounts : {}, now);
      this.#lapsed.set(id, hold.claims[0]);
    }
  }
}

/** The claim as the store is to hold it. */
function strict({ quota, parts }: Claim): Claim {
  for (const part of parts ?? []) quota.undo(part);
  return { quota, parts: undefined };
}

function undoAll(drawn: readonly [Claim, Part][]): void {
  for (const [{ quota }, part] of drawn) quota.undo(part);
}

const refusedAt = ({ quota }: Claim, resetAt: number): Refused => ({
  granted: false,
  scope: quota.scope,
  limit: quota.limit.id,
  counts: quota.limit.counts,
  resetAt,
});

/** Claims of one scope follow each other, as they came. */
function scopesOf(claims: readonly Claim[]): Reservation['scopes'] {
  const scopes: { scope: string; limits: Claim['quota']['limit'][] }[] = [];
  for (const { quota } of claims) {
    const last = scopes.at(-1);
    if (last?.scope === quota.scope) last.limits.push(quota.limit);
    else scopes.push({ scope: quota.scope, limits: [quota.limit] });
  }
  return scopes;
}
