import type { Limit, LimitState, Refused, ScopeId } from '@postern/core';
import { Demand } from './demand.ts';
import type { Part, Slice } from './slice.ts';
import { drawableUntil, isRolling } from './window.ts';

/** What the store said last, without the slices of this process. */
interface View {
  readonly used: number;
  /** By others. */
  readonly reserved: number;
  readonly max: number;
  readonly left: number;
  readonly resetAt: number;
  readonly until: number;
  readonly at: number;
}

/** One limit of one scope in this process. Changes itself only; what the store is asked is the business of Borrower. */
export class Quota {
  readonly scope: ScopeId;
  readonly demand: Demand;
  limit: Limit;
  /** The one that is drawn from. */
  slice: Slice | undefined;
  /** Slices that requests still hold parts of, and that are drawn from no more. */
  readonly draining = new Set<Slice>();
  /** Below it more is taken. */
  low = 0;
  /** The store had no more: none is taken before. */
  pausedUntil = 0;
  /** Units that were used beyond any slice and that the store does not know of yet. */
  owed = 0;
  /** Calls of the store that are queued or under way; they follow each other. */
  busy = 0;
  work: Promise<unknown> = Promise.resolve();
  /** Number of the last giving back, over all quotas. */
  returned = 0;
  /** The longest that a request may last, in ms. */
  lasts = 0;
  #view: View | undefined;
  #crossed = false;
  #isStale = false;
  #refusal:
    | { readonly need: number; readonly at: number; readonly until: number; readonly answer: Refused }
    | undefined;

  constructor(scope: ScopeId, limit: Limit, horizonMs: number) {
    this.scope = scope;
    this.limit = limit;
    this.demand = new Demand(horizonMs);
  }

  /** The same limit as it is now. */
  adopt(limit: Limit): void {
    if (limit.max !== this.limit.max) this.#refusal = undefined;
    this.limit = limit;
    this.#isStale = true;
  }

  /** Reserves here. Undefined: the store has to be asked. */
  draw(amount: number, expires: number, now: number): Part | undefined {
    this.demand.add(amount, now);
    if (expires - now > this.lasts) this.lasts = expires - now;
    const slice = this.slice;
    if (slice === undefined || now >= slice.until) return amount === 0 && this.#isFresh(now) ? noSlice() : undefined;
    if (amount > slice.free) return undefined;
    // The store gives calls back when a lease expires; a call must not outlast it.
    if (this.limit.counts === 'concurrency' && expires > slice.expires) return undefined;
    slice.held += amount;
    slice.holds += 1;
    if (amount > 0) slice.touched = now;
    if (expires > slice.longest) slice.longest = expires;
    return { slice, amount };
  }

  /** Takes back what was drawn. */
  undo({ slice, amount }: Part): void {
    this.demand.comeBack(amount);
    if (slice === undefined) return;
    slice.held -= amount;
    slice.holds -= 1;
  }

  /** Puts what was used in the place of a part. What no slice covers is owed. */
  book({ slice, amount }: Part, used: number, now: number): void {
    this.demand.comeBack(amount - used);
    this.#refusal = undefined;
    if (slice !== undefined) {
      slice.held -= amount;
      slice.holds -= 1;
      slice.used += used;
      // One that is drawn from no more says itself what was used beyond it, when it is settled: that belongs to its own window.
      if (slice !== this.slice || now >= slice.until || slice.free >= 0) return;
      this.owed += -slice.free;
      slice.used += slice.free;
      return;
    }
    const current = this.slice !== undefined && now < this.slice.until ? this.slice : undefined;
    const covered = current === undefined ? 0 : Math.min(used, Math.max(0, current.free));
    if (current !== undefined) current.used += covered;
    this.owed += used - covered;
  }

  /** No longer draws from the slice; it is returned when there was one. */
  retire(): Slice | undefined {
    const { slice } = this;
    if (slice === undefined) return undefined;
    this.slice = undefined;
    this.draining.add(slice);
    return slice;
  }

  /** @param isTold whether who asked is told of a crossing; otherwise the next one is */
  see(state: LimitState, now: number, isTold: boolean): void {
    const { used, max, resetAt } = state;
    const until = drawableUntil(this.limit, resetAt, now);
    let mine = this.#counts(this.slice, until) ? (this.slice?.amount ?? 0) : 0;
    for (const slice of this.draining) if (this.#counts(slice, until)) mine += slice.amount;
    const reserved = Math.max(0, state.reserved - mine);
    const left = this.limit.soft === true ? Number.POSITIVE_INFINITY : max - used - state.reserved;
    this.#view = { used, reserved, max, left, resetAt, until, at: now };
    this.#isStale = false;
    if (state.crossed === true && !isTold) this.#crossed = true;
  }

  /** What is left of it in the store as far as is known. */
  get left(): number {
    return this.#view?.left ?? 0;
  }

  /** Until when what is leased now can be drawn from; 0 as long as the store was not asked. */
  get until(): number {
    return this.#view?.until ?? 0;
  }

  /** As who was granted something here sees it. Undefined as long as the store was not asked. */
  state(now: number): LimitState | undefined {
    const view = this.#view;
    if (view === undefined) return undefined;
    const { scope, limit, slice } = this;
    let { used, reserved } = view;
    if (slice !== undefined && this.#counts(slice, view.until)) {
      used += slice.used;
      reserved += slice.held;
    }
    for (const old of this.draining) {
      if (!this.#counts(old, view.until)) continue;
      used += old.used;
      reserved += old.held;
    }
    const resetAt = limit.counts === 'concurrency' ? now : view.resetAt;
    const state = { scope, limit: limit.id, counts: limit.counts, used, reserved, max: view.max, resetAt };
    if (!this.#crossed) return state;
    this.#crossed = false;
    return { ...state, crossed: true };
  }

  /** Remembers a refusal of the store. */
  refused(answer: Refused, need: number, now: number, refusalMs: number): void {
    const isLasting = answer.resetAt > now;
    const until = isLasting ? Math.min(answer.resetAt, now + refusalMs) : now + refusalMs;
    this.#refusal = { need, at: now, until, answer };
  }

  /** What the store said just now of a request that needs no more than this one. */
  refusalOf(amount: number, now: number): Refused | undefined {
    const refusal = this.#refusal;
    if (refusal === undefined || amount < refusal.need || now < refusal.at || now >= refusal.until) return undefined;
    return refusal.answer;
  }

  /** There may be room again. */
  forgetRefusal(): void {
    this.#refusal = undefined;
  }

  #isFresh(now: number): boolean {
    const view = this.#view;
    return view !== undefined && !this.#isStale && now >= view.at && now < view.until && now < view.at + FRESH;
  }

  /** Does the store count the slice in the window that ends then? Of a rolling one in several parts. */
  #counts(slice: Slice | undefined, until: number): boolean {
    return slice !== undefined && (slice.until === until || isRolling(this.limit));
  }
}

/** How long the last answer of the store will do for a request that holds nothing of the limit, in ms. */
const FRESH = 1_000;
const noSlice = (): Part => ({ slice: undefined, amount: 0 });
