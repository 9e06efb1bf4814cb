import { type Amounts, type Limit, type Limits, memoryStore, type Store } from '@postern/core';
import { type ManualClock, manualClock } from '@postern/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leasedStore } from './leased-store.ts';

/** Few limits of every kind with room for some dozens of requests, so that slices are taken, run out, idle and stand in each other's way. */
const limitsAt = (now: number): readonly Limit[] => {
  const start = Math.floor(now / MONTH) * MONTH;
  return [
    { id: 'requests', counts: 'requests', max: 120, window: 20_000 },
    { id: 'rolling', counts: 'tokens', max: 3_000, window: 24_000, slices: 4 },
    { id: 'total', counts: 'tokens', max: 9_000, window: 0 },
    { id: 'at-once', counts: 'concurrency', max: 60, window: 0 },
    { id: 'month', counts: 'nanoUsd', max: 4_000, start, window: MONTH, rollover: { from: start - MONTH, most: 900 } },
    { id: 'warn', counts: 'nanoUsd', max: 300, window: 20_000, soft: true },
  ];
};
const MONTH = 60_000;
const OPTIONS = { horizonMs: 2_000, share: 0.25, minRequests: 1, ttlMs: 5_000, reportMs: 3_000 };

type Action =
  | {
      readonly do: 'admit';
      readonly at: number;
      readonly scope: number;
      readonly limits: readonly number[];
      readonly size: number;
      readonly ttl: number;
      readonly times: number;
      readonly onExpiry: 'spend' | 'release' | 'doubt';
    }
  | { readonly do: 'extend'; readonly which: number; readonly size: number; readonly ttl: number }
  | { readonly do: 'settle'; readonly which: number; readonly share: number }
  | { readonly do: 'die'; readonly at: number }
  | { readonly do: 'flush'; readonly at: number }
  | { readonly do: 'lose'; readonly calls: number }
  | { readonly do: 'wait'; readonly ms: number };

const at = fc.nat(3);
const which = fc.nat(40);
const size = fc.integer({ min: 0, max: 40 });
const ttl = fc.integer({ min: 500, max: 30_000 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      at,
      scope: fc.nat(1),
      limits: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
      size,
      ttl,
      times: fc.integer({ min: 1, max: 20 }),
      onExpiry: fc.constantFrom('spend' as const, 'spend' as const, 'release' as const, 'doubt' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('extend' as const), which, size, ttl }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), calls: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }) },
);

const amountsOf = (size: number): Amounts => ({ requests: 1, concurrency: 1, tokens: size * 3, nanoUsd: size });

/** What one request may have used of each limit since when, and until when it is open. The truth that the store must never fall short of. */
interface Truth {
  readonly at: number;
  readonly from: number;
  readonly scope: string;
  readonly limits: readonly Limit[];
  readonly onExpiry: 'spend' | 'release' | 'doubt';
  /** By extension: when, and how much. */
  readonly parts: { readonly when: number; readonly amounts: Amounts }[];
  expires: number;
  state: 'open' | 'settled';
  /** Its process died. */
  isLeft: boolean;
  used: Amounts;
}

class World {
  readonly clock: ManualClock = manualClock();
  readonly inner = memoryStore();
  readonly truths: Truth[] = [];
  readonly #stores: (Store | undefined)[] = [undefined, undefined, undefined, undefined];
  readonly #dead = new Set<number>();
  #born = 0;
  #lost = 0;

  get call() {
    return { now: this.clock.now(), deadline: this.clock.now() + 1_000 };
  }

  async play(action: Action): Promise<void> {
    if (action.do === 'wait') await this.clock.advance(action.ms);
    else if (action.do === 'admit') for (let time = 0; time < action.times; time++) await this.#admit(action);
    else if (action.do === 'extend') await this.#extend(action);
    else if (action.do === 'settle') await this.#settle(action);
    else if (action.do === 'flush') await this.#store(action.at).flush();
    else if (action.do === 'lose') this.#lost = action.calls;
    else this.#die(action.at);
    await this.clock.advance(0);
  }

  #store(index: number): Store {
    const known = this.#stores[index];
    if (known !== undefined) return known;
    this.#born += 1;
    const life = this.#born;
    const inner = { ...this.inner, limits: this.#reached(life) };
    const store = leasedStore(inner, { ...OPTIONS, instance: `${life}`, clock: this.clock });
    this.#stores[index] = store;
    this.#lives[index] = life;
    return store;
  }

  /** The store as one process reaches it: not at all when that is dead; and answers are lost now and then. */
  #reached(life: number): Limits {
    const { limits } = this.inner;
    const reach = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      if (this.#dead.has(life)) return new Promise<Answer>(() => {});
      if (this.#lost > 0) {
        this.#lost -= 1;
        // Carried out or not, nobody knows.
        if (this.#lost % 2 === 0) await work();
        throw new Error('away');
      }
      return work();
    };
    return {
      admit: (reservation, call) => reach(() => limits.admit(reservation, call)),
      extend: (id, by, expires, call) => reach(() => limits.extend(id, by, expires, call)),
      settle: (id, used, call) => reach(() => limits.settle(id, used, call)),
      open: (cursor, call) => reach(() => limits.open(cursor, call)),
    };
  }

  /** Nobody settles what it had admitted. */
  #die(index: number): void {
    const life = this.#lives[index];
    if (life === undefined) return;
    for (const truth of this.truths) if (truth.at === index) truth.isLeft = true;
    this.#dead.add(life);
    this.#stores[index] = undefined;
    this.#lives[index] = undefined;
  }
  readonly #lives: (number | undefined)[] = [];

  async #admit(action: Action & { do: 'admit' }): Promise<void> {
    const store = this.#store(action.at);
    const { now } = this.call;
    const limits = action.limits.map((index) => limitsAt(now)[index] as Limit);
    const scope = `scope:${action.scope}`;
    const amounts = amountsOf(action.size);
    const expires = now + action.ttl;
    // Never one twice, as the port asks: what was reserved by a lost admission is open under its id, for its own limits.
    this.#admissions += 1;
    const id = `r${this.#admissions}`;
    const reservation = { id, scopes: [{ scope, limits }], amounts, expires, onExpiry: action.onExpiry };
    const answer = await store.limits.admit(reservation, this.call).catch(() => undefined);
    if (answer?.granted !== true) return;
    const parts = [{ when: now, amounts }];
    const { onExpiry } = action;
    this.truths.push({
      at: action.at,
      from: now,
      scope,
      limits,
      onExpiry,
      parts,
      expires,
      state: 'open',
      isLeft: false,
      used: amounts,
    });
    this.#ids.push(id);
  }
  readonly #ids: string[] = [];
  #admissions = 0;

  async #extend(action: Action & { do: 'extend' }): Promise<void> {
    const [truth, id] = [this.truths[action.which], this.#ids[action.which]];
    const { now } = this.call;
    if (truth === undefined || id === undefined || truth.state !== 'open' || truth.isLeft || truth.expires <= now)
      return;
    const by = { tokens: action.size * 3, nanoUsd: action.size };
    const expires = Math.max(truth.expires, now + action.ttl);
    const answer = await this.#store(truth.at)
      .limits.extend(id, by, expires, this.call)
      .catch(() => undefined);
    if (answer?.granted !== true) return;
    truth.parts.push({ when: now, amounts: by });
    truth.expires = expires;
  }

  async #settle(action: Action & { do: 'settle' }): Promise<void> {
    const [truth, id] = [this.truths[action.which], this.#ids[action.which]];
    if (
      truth === undefined ||
      id === undefined ||
      truth.state !== 'open' ||
      truth.isLeft ||
      truth.expires <= this.call.now
    )
      return;
    const used: Record<string, number> = {};
    for (const { amounts } of truth.parts)
      for (const [name, amount] of Object.entries(amounts)) used[name] = (used[name] ?? 0) + amount;
    for (const name of Object.keys(used)) used[name] = Math.floor((used[name] ?? 0) * action.share);
    used['requests'] = 1;
    truth.state = 'settled';
    truth.used = { ...used };
    // Each part is used up in the order of its window, as the port says.
    for (const part of truth.parts) {
      const kept: Record<string, number> = {};
      for (const [name, amount] of Object.entries(part.amounts)) {
        kept[name] = Math.min(amount, used[name] ?? 0);
        used[name] = (used[name] ?? 0) - (kept[name] ?? 0);
      }
      Object.assign(part, { amounts: kept });
    }
    const settled = this.#store(truth.at).limits.settle(id, truth.used, this.call);
    const isSettled = await settled.then(
      () => true,
      () => false,
    );
    // Nobody tells the store again, so it ends there as it was to end unsettled, leased or not.
    if (!isSettled) Object.assign(truth, { state: 'open', isLeft: true });
  }

  /** What requests have really had of a limit in its window of this moment; open ones all that they may use. */
  had(scope: string, limit: Limit): number {
    const { now } = this.call;
    let had = 0;
    for (const truth of this.truths) {
      if (truth.scope !== scope || !truth.limits.some(({ id }) => id === limit.id)) continue;
      if (truth.state === 'open' && truth.expires <= now && truth.onExpiry === 'release') continue;
      if (limit.counts === 'concurrency' && (truth.state !== 'open' || truth.isLeft || truth.expires <= now)) continue;
      for (const { when, amounts } of truth.parts) if (counts(limit, when, now)) had += amounts[limit.counts] ?? 0;
    }
    return had;
  }

  async look(scope: string, limit: Limit) {
    const id = `look ${Math.random()}`;
    const look = {
      id,
      scopes: [{ scope, limits: [limit] }],
      amounts: {},
      expires: this.call.now + 1,
      onExpiry: 'release' as const,
    };
    const answer = await this.inner.limits.admit(look, this.call);
    await this.inner.limits.settle(id, {}, this.call);
    if (!answer.granted) throw new Error('A look was refused.');
    return answer.scopes[0]!;
  }
}

/** Was it in the window that this moment is in? */
function counts(limit: Limit, when: number, now: number): boolean {
  if (limit.window === 0) return true;
  if (limit.slices !== undefined) return when > now - limit.window;
  const start = limit.start ?? Math.floor(now / limit.window) * limit.window;
  return when >= start;
}

describe('processes that lease from one store', () => {
  it('never have more of a limit together than it allows, and never more than the store counts, whoever dies or is cut off', {
    timeout: 300_000,
  }, async () => {
    let leases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60, size: 'max' }), async (actions) => {
        const world = new World();
        for (const next of actions) {
          await world.play(next);
          leases += (await world.inner.limits.open(undefined, world.call)).items.filter(({ id }) =>
            id.startsWith('lease '),
          ).length;
          for (const scope of ['scope:0', 'scope:1']) {
            for (const limit of limitsAt(world.call.now)) {
              const state = await world.look(scope, limit);
              const had = world.had(scope, limit);
              if (limit.soft !== true) {
                expect(state.used + state.reserved, `${scope} ${limit.id} in the store`).toBeLessThanOrEqual(state.max);
                expect(had, `${scope} ${limit.id} in truth`).toBeLessThanOrEqual(state.max);
              }
              // A window of the store rolls by its parts, so it may count longer.
              expect(state.used + state.reserved, `${scope} ${limit.id} counted`).toBeGreaterThanOrEqual(
                limit.soft === true ? 0 : had,
              );
            }
          }
        }
      }),
      { numRuns: Number(process.env['POSTERN_RUNS'] ?? 60) },
    );
    // It was about leases.
    expect(leases).toBeGreaterThan(100);
  });
});
