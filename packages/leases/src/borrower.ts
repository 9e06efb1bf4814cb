import type { Amounts, Call, Granted, LimitState, Limits } from '@postern/core';
import type { LeaseSettings } from './options.ts';
import type { Quota } from './quota.ts';
import { sliceSize } from './size.ts';
import { Slice } from './slice.ts';
import { drawableUntil, isLeasable } from './window.ts';

/** Ids of leases begin with it: they are reservations of nobody's request. */
export const LEASE = 'lease ';

/** A settlement that the store has not confirmed. */
interface Unsettled {
  readonly amounts: Amounts;
  /** Later it is of no use: the store has counted all as used. */
  readonly until: number;
}

/**
 * Takes slices out of the store and gives them back. Calls for one quota follow each other. Nothing here rejects: a store that is away means no slice, and
 * what has to be said is said again at the next sweep. Whatever is left unsaid, the store holds at least what was granted here.
 */
export class Borrower {
  readonly #inner: Limits;
  readonly #settings: LeaseSettings;
  /** Quotas that have something in the store. */
  readonly #active = new Set<Quota>();
  readonly #unsettled = new Map<string, Unsettled>();
  readonly #underWay = new Set<Promise<unknown>>();
  #number = 0;
  #returns = 0;

  constructor(inner: Limits, settings: LeaseSettings) {
    this.#inner = inner;
    this.#settings = settings;
  }

  /** Nothing has to be looked after. */
  get isIdle(): boolean {
    return this.#active.size === 0 && this.#unsettled.size === 0;
  }

  get returns(): number {
    return this.#returns;
  }

  /** Takes more where that is worth it. */
  grow(quota: Quota, now: number): void {
    if (quota.busy > 0 || now < quota.pausedUntil) return;
    const size = this.sizeFor(quota, now);
    if (size > 0) void this.#run(quota, () => this.#take(quota, size, now));
  }

  /** Makes room for one that needs so much of this quota. */
  growBy(quota: Quota, amount: number, now: number): Promise<void> {
    return this.#run(quota, async () => {
      const { slice } = quota;
      const isUsable = slice !== undefined && now < slice.until && now < slice.expires;
      const missing = amount - (isUsable ? slice.free : 0);
      if (missing > 0) await this.#take(quota, missing, now);
    });
  }

  /** What the store has said of a limit. Where more was used than it allows, what was taken out of it before is given back. */
  learn(quota: Quota, state: LimitState, now: number, isTold: boolean): void {
    quota.see(state, now, isTold);
    if (quota.left < 0) this.retire(quota);
  }

  /** Takes the slice out of use; it is settled as soon as no request holds a part of it. */
  retire(quota: Quota): void {
    const slice = quota.retire();
    if (slice !== undefined) this.drained(quota, slice);
  }

  /** Settles a slice that is out of use, unless a request still holds a part of it. */
  drained(quota: Quota, slice: Slice): void {
    if (slice.holds === 0 && quota.draining.has(slice)) void this.#run(quota, () => this.#close(quota, slice));
  }

  /** Gives back all that no request holds. */
  async vacate(quota: Quota, now: number): Promise<void> {
    await this.#run(quota, async () => {
      const { slice } = quota;
      if (slice !== undefined) {
        if (slice.holds === 0) quota.retire();
        else if (slice.free > 0) await this.#rewrite(quota, slice, 0, now);
      }
      for (const old of [...quota.draining]) await this.#close(quota, old);
    });
  }

  /** Tells the store what was used beyond the slices. */
  pay(quota: Quota, now: number): Promise<void> {
    this.#active.add(quota);
    return this.#run(quota, async () => {
      const { owed } = quota;
      if (owed === 0) return;
      const id = this.#newId();
      const admitted = await this.#admit(quota, id, 0, now);
      if (admitted === undefined) return;
      quota.owed -= owed;
      await this.#settle(quota, id, owed, now);
    });
  }

  /** Looks after everything: renews, writes down, gives back what idles. */
  sweep(now: number): void {
    for (const quota of this.#active) this.#sweepOne(quota, now);
    for (const [id, { amounts, until }] of this.#unsettled)
      void this.#track(this.#settleAgain(id, amounts, until, now));
  }

  /** Gives everything back that can be, and waits for it. */
  async flush(now: number): Promise<void> {
    await Promise.all([...this.#active].map((quota) => this.vacate(quota, now)));
    await Promise.all([...this.#active].map((quota) => this.pay(quota, now)));
    await Promise.all(
      [...this.#unsettled].map(([id, { amounts, until }]) => this.#settleAgain(id, amounts, until, now)),
    );
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** What the next slice would be; 0: none. */
  sizeFor(quota: Quota, now: number): number {
    const { limit, slice, demand } = quota;
    if (!isLeasable(limit)) return 0;
    if (slice === undefined && this.#active.size >= this.#settings.capacity) return 0;
    demand.fade(now);
    const { asked, net, ask } = demand;
    const remainingMs = quota.until - now;
    return sliceSize({ asked, net, ask, left: quota.left, remainingMs }, this.#settings);
  }

  #sweepOne(quota: Quota, now: number): void {
    const { slice } = quota;
    if (quota.owed > 0) void this.pay(quota, now);
    if (slice !== undefined && (now >= slice.until || this.#isIdle(slice, now))) this.retire(quota);
    for (const old of quota.draining) {
      this.drained(quota, old);
      this.#renewIfDue(quota, old, now);
    }
    if (quota.slice !== undefined) this.#keepInOrder(quota, quota.slice, now);
    const isDone = quota.slice === undefined && quota.draining.size === 0 && quota.owed === 0 && quota.busy === 0;
    if (isDone) this.#active.delete(quota);
  }

  #isIdle(slice: Slice, now: number): boolean {
    return slice.holds === 0 && now - slice.touched >= 2 * this.#settings.horizonMs;
  }

  #keepInOrder(quota: Quota, slice: Slice, now: number): void {
    const { horizonMs, reportMs } = this.#settings;
    quota.demand.fade(now);
    const needed = now - slice.touched >= 2 * horizonMs ? 0 : Math.ceil(quota.demand.net + 4 * quota.demand.ask);
    const isDue = slice.used > 0 && now - slice.written >= reportMs;
    const isTooMuch = slice.free > 2 * needed;
    this.#renewIfDue(quota, slice, now);
    if (quota.busy > 0) return;
    if (isDue || isTooMuch) {
      const keep = isTooMuch ? needed : slice.free;
      void this.#run(quota, () => this.#rewrite(quota, slice, keep, now));
    }
  }

  #renewIfDue(quota: Quota, slice: Slice, now: number): void {
    if (slice.lost || slice.isRenewing || slice.expires - now > (this.#expiry(quota, now) - now) / 2) return;
    slice.isRenewing = true;
    void this.#run(quota, () => this.#renew(quota, slice, now)).then(() => {
      slice.isRenewing = false;
    });
  }

  async #renew(quota: Quota, slice: Slice, now: number): Promise<void> {
    const isDraining = quota.draining.has(slice);
    if (!isDraining && quota.slice !== slice) return;
    // One that is out of use is renewed once, until the last request that holds it is over.
    const expires = Math.max(slice.expires, this.#expiry(quota, now), isDraining ? slice.longest + 1_000 : 0);
    const answer = await this.#inner.extend(slice.id, {}, expires, this.#call(now));
    // No scopes: the store has lost it. Refused, though it asks for nothing: it has expired there.
    if (answer.granted && answer.scopes.length > 0) slice.expires = expires;
    else this.#lose(quota, slice);
  }

  async #take(quota: Quota, size: number, now: number): Promise<void> {
    this.#active.add(quota);
    const { slice } = quota;
    if (slice !== undefined && now < slice.until && now < slice.expires) return this.#enlarge(quota, slice, size, now);
    this.retire(quota);
    const id = this.#newId();
    const expires = this.#expiry(quota, now);
    const granted = await this.#admit(quota, id, size, now);
    if (granted === undefined) return this.#pause(quota, now);
    const until = drawableUntil(quota.limit, granted.scopes[0]?.resetAt ?? 0, now);
    quota.slice = new Slice(id, size, expires, until, now);
    quota.low = size / 2;
    this.#see(quota, granted, now);
  }

  async #enlarge(quota: Quota, slice: Slice, size: number, now: number): Promise<void> {
    const expires = Math.max(slice.expires, this.#expiry(quota, now));
    const answer = await this.#inner.extend(slice.id, { [quota.limit.counts]: size }, expires, this.#call(now));
    if (answer.granted && answer.scopes.length > 0) {
      slice.amount += size;
      slice.expires = expires;
      quota.low = size / 2;
      this.#see(quota, answer, now);
      return;
    }
    this.#pause(quota, now);
    // Full, or it has expired there; renewing it tells.
    if (answer.granted || answer.resetAt <= now) await this.#renew(quota, slice, now);
  }

  /**
   * Puts a new reservation in the place of the slice's: what is held and `keep` more. For a moment the store holds both, because the other order would leave
   * what is held uncovered; where there is no room for that the slice stays as it is.
   */
  async #rewrite(quota: Quota, slice: Slice, keep: number, now: number): Promise<void> {
    if (quota.slice !== slice) return;
    const given = Math.max(0, slice.free - keep);
    slice.amount -= given;
    const used = slice.used;
    const id = this.#newId();
    const expires = Math.max(this.#expiry(quota, now), slice.longest + 1_000);
    const granted = await this.#admit(quota, id, slice.amount - used, now, expires);
    slice.written = now;
    if (granted === undefined) {
      slice.amount += given;
      return;
    }
    const old = slice.id;
    slice.id = id;
    slice.amount -= used;
    slice.used -= used;
    slice.expires = expires;
    quota.low = Math.min(quota.low, slice.free);
    await this.#settle(quota, old, used, now);
  }

  async #close(quota: Quota, slice: Slice): Promise<void> {
    if (slice.holds > 0 || !quota.draining.delete(slice)) return;
    await this.#settle(quota, slice.id, slice.used, this.#settings.clock.now(), slice.expires);
  }

  async #admit(
    quota: Quota,
    id: string,
    amount: number,
    now: number,
    expires = this.#expiry(quota, now),
  ): Promise<Granted | undefined> {
    const { scope, limit } = quota;
    const amounts = { [limit.counts]: amount };
    const scopes = [{ scope, limits: [limit] }];
    try {
      const answer = await this.#inner.admit({ id, scopes, amounts, expires, onExpiry: 'spend' }, this.#call(now));
      return answer.granted ? answer : undefined;
    } catch {
      // It may have been carried out all the same.
      this.#unsettled.set(id, { amounts: {}, until: expires });
      return undefined;
    }
  }

  async #settle(
    quota: Quota,
    id: string,
    used: number,
    now: number,
    until = now + this.#settings.ttlMs,
  ): Promise<void> {
    const amounts = quota.limit.counts === 'concurrency' ? {} : { [quota.limit.counts]: used };
    try {
      this.#see(quota, await this.#inner.settle(id, amounts, this.#call(now)), now);
    } catch {
      this.#unsettled.set(id, { amounts, until });
    }
    this.#returns += 1;
    quota.returned = this.#returns;
    quota.forgetRefusal();
  }

  async #settleAgain(id: string, amounts: Amounts, until: number, now: number): Promise<void> {
    try {
      await this.#inner.settle(id, amounts, this.#call(now));
      this.#unsettled.delete(id);
    } catch {
      if (now > until || this.#unsettled.size > this.#settings.capacity) this.#unsettled.delete(id);
    }
  }

  /** It has ended in the store, all of it counted as used: settling it changes nothing there. */
  #lose(quota: Quota, slice: Slice): void {
    slice.lost = true;
    if (quota.slice === slice) this.retire(quota);
  }

  #pause(quota: Quota, now: number): void {
    quota.pausedUntil = now + this.#settings.horizonMs / 8;
  }

  #see(quota: Quota, { scopes }: Granted, now: number): void {
    const [state] = scopes;
    if (state !== undefined) this.learn(quota, state, now, false);
  }

  /** Calls are given back when a lease expires, so it has to outlast those that draw from it. */
  #expiry({ limit, lasts }: Quota, now: number): number {
    const { ttlMs } = this.#settings;
    return now + (limit.counts === 'concurrency' ? Math.max(ttlMs, 4 * lasts) : ttlMs);
  }

  #newId(): string {
    this.#number += 1;
    return `${LEASE}${this.#settings.instance} ${this.#number}`;
  }

  #call(now: number): Call {
    return { now, deadline: now + this.#settings.callMs };
  }

  /** One after the other for each quota. Never rejects. */
  #run(quota: Quota, work: () => Promise<void>): Promise<void> {
    quota.busy += 1;
    const done = quota.work.then(work).then(
      () => {
        quota.busy -= 1;
      },
      () => {
        quota.busy -= 1;
      },
    );
    quota.work = done;
    return this.#track(done);
  }

  #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    void work.then(() => this.#underWay.delete(work));
    return work;
  }
}
