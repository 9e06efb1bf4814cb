import {
  type Amounts,
  type Granted,
  type Limit,
  type Limits,
  memoryStore,
  type Refused,
  type Reservation,
} from '@postern/core';
import { type ManualClock, manualClock } from '@postern/core/testing';
import { describe, expect, it } from 'vitest';
import { type LeasedStore, leasedStore } from './leased-store.ts';
import type { LeaseOptions } from './options.ts';

const ONE = { requests: 1 };
const perMinute = (max: number): Limit => ({ id: 'rpm', counts: 'requests', max, window: 60_000 });
const budget = (max: number): Limit => ({ id: 'budget', counts: 'nanoUsd', max, window: 0 });

/** One inner store, whose calls are counted, and processes that lease from it. */
class Stage {
  readonly clock: ManualClock = manualClock();
  readonly inner = memoryStore();
  calls = 0;
  isAway = false;
  #ids = 0;

  store(options: LeaseOptions = {}): LeasedStore {
    const { limits } = this.inner;
    const reach = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      this.calls += 1;
      return this.isAway ? Promise.reject(new Error('away')) : work();
    };
    const reached: Limits = {
      admit: (reservation, call) => reach(() => limits.admit(reservation, call)),
      extend: (id, by, expires, call) => reach(() => limits.extend(id, by, expires, call)),
      settle: (id, used, call) => reach(() => limits.settle(id, used, call)),
      open: (cursor, call) => reach(() => limits.open(cursor, call)),
    };
    return leasedStore({ ...this.inner, limits: reached }, { clock: this.clock, ...options });
  }

  get call() {
    return { now: this.clock.now(), deadline: this.clock.now() + 1_000 };
  }

  reservation(amounts: Amounts, limits: readonly Limit[], more: Partial<Reservation> = {}): Reservation {
    this.#ids += 1;
    const expires = this.clock.now() + 600_000;
    return { id: `r${this.#ids}`, scopes: [{ scope: 'team', limits }], amounts, expires, onExpiry: 'spend', ...more };
  }

  async admit(store: LeasedStore, amounts: Amounts, ...limits: readonly Limit[]): Promise<Granted | Refused> {
    return store.limits.admit(this.reservation(amounts, limits), this.call);
  }

  /** Admits and settles, and lets what that sets off come to its end. How many were granted. */
  async serve(store: LeasedStore, times: number, amounts: Amounts, ...limits: readonly Limit[]): Promise<number> {
    let granted = 0;
    for (let time = 0; time < times; time++) {
      const reservation = this.reservation(amounts, limits);
      const answer = await store.limits.admit(reservation, this.call);
      if (answer.granted) {
        granted += 1;
        await store.limits.settle(reservation.id, amounts, this.call);
      }
      await this.clock.advance(0);
    }
    return granted;
  }

  /** `used/reserved` as the inner store counts it. */
  async counted(limit: Limit, scope = 'team'): Promise<string> {
    const look = this.reservation({}, [], { scopes: [{ scope, limits: [limit] }], onExpiry: 'release' });
    const answer = await this.inner.limits.admit(look, this.call);
    await this.inner.limits.settle(look.id, {}, this.call);
    const state = answer.granted ? answer.scopes[0] : undefined;
    return `${state?.used}/${state?.reserved}`;
  }
}

describe('slices of a busy limit', () => {
  it('serve most requests without a call of the store', async () => {
    const stage = new Stage();
    const store = stage.store();
    expect(await stage.serve(store, 1_000, ONE, perMinute(1_000_000))).toBe(1_000);
    expect(stage.calls).toBeLessThan(100);
  });

  it('let as many requests through as there is room for, and not one more', async () => {
    const stage = new Stage();
    const stores = [stage.store(), stage.store(), stage.store()];
    const limit = perMinute(1_000);
    let granted = 0;
    for (let round = 0; round < 130; round++)
      for (const store of stores) granted += await stage.serve(store, 3, ONE, limit);
    expect(granted).toBe(1_000);
    for (const store of stores) await store.flush();
    expect(await stage.counted(limit)).toBe('1000/0');
  });

  it('are given back for a request that the store has no room for without them', async () => {
    const stage = new Stage();
    const store = stage.store({ share: 0.5 });
    const limit = budget(1_000);
    await stage.serve(store, 20, { nanoUsd: 10 }, limit);
    expect(await stage.counted(limit)).not.toBe('200/0');
    expect((await stage.admit(store, { nanoUsd: 800 }, limit)).granted).toBe(true);
    expect((await stage.admit(store, { nanoUsd: 1 }, limit)).granted).toBe(false);
  });

  it('are given back when nobody has asked for twice the horizon', async () => {
    const stage = new Stage();
    const store = stage.store({ horizonMs: 1_000 });
    await stage.serve(store, 50, ONE, perMinute(10_000));
    expect(await stage.counted(perMinute(10_000))).not.toBe('50/0');
    await stage.clock.advance(3_000);
    expect(await stage.counted(perMinute(10_000))).toBe('50/0');
    expect(stage.clock.pending).toBe(0);
  });

  it('are given back but for what requests hold', async () => {
    const stage = new Stage();
    const store = stage.store({ horizonMs: 1_000 });
    await stage.serve(store, 50, ONE, perMinute(10_000));
    await stage.admit(store, ONE, perMinute(10_000));
    await stage.clock.advance(3_000);
    expect(await stage.counted(perMinute(10_000))).toBe('50/1');
  });

  it('are renewed as long as a request holds a part, however long', async () => {
    const stage = new Stage();
    const store = stage.store({ ttlMs: 2_000 });
    const limit = budget(1_000_000);
    await stage.serve(store, 50, { nanoUsd: 10 }, limit);
    const long = stage.reservation({ nanoUsd: 10 }, [limit]);
    await store.limits.admit(long, stage.call);
    await stage.clock.advance(300_000);
    await store.limits.settle(long.id, { nanoUsd: 3 }, stage.call);
    await store.flush();
    expect(await stage.counted(limit)).toBe('503/0');
  });

  it('serve their own window only', async () => {
    const stage = new Stage();
    const store = stage.store();
    await stage.serve(store, 50, ONE, perMinute(10_000));
    await stage.clock.advance(60_000);
    expect(await stage.serve(store, 1, ONE, perMinute(10_000))).toBe(1);
    await store.flush();
    expect(await stage.counted(perMinute(10_000))).toBe('1/0');
  });

  it('of a rolling limit serve one part of its window, so that nothing leaves it early', async () => {
    const stage = new Stage();
    const store = stage.store();
    const rolling: Limit = { id: 'rolling', counts: 'requests', max: 400, window: 60_000, slices: 6 };
    await stage.clock.advance(1_000);
    await stage.serve(store, 200, ONE, rolling);
    await stage.clock.advance(9_000);
    expect(await stage.serve(store, 300, ONE, rolling)).toBe(200);
    // 69 s after the first ones their part is still not a minute old.
    await stage.clock.advance(59_999);
    expect(await stage.serve(store, 300, ONE, rolling)).toBe(0);
    await stage.clock.advance(1);
    expect(await stage.serve(store, 300, ONE, rolling)).toBe(200);
  });

  it('of concurrency are free again when a request ends, and never more than the limit', async () => {
    const stage = new Stage();
    const stores = [stage.store({ share: 0.5 }), stage.store({ share: 0.5 })];
    const limit: Limit = { id: 'at-once', counts: 'concurrency', max: 100, window: 0 };
    const open: [LeasedStore, string][] = [];
    for (let count = 0; count < 300; count++) {
      const store = stores[count % 2]!;
      const reservation = stage.reservation({ concurrency: 1 }, [limit]);
      if ((await store.limits.admit(reservation, stage.call)).granted) open.push([store, reservation.id]);
      await stage.clock.advance(0);
    }
    expect(open.length).toBe(100);
    for (const [store, id] of open) await store.limits.settle(id, {}, stage.call);
    for (const store of stores) await store.flush();
    expect(await stage.counted(limit)).toBe('0/0');
    expect((await stage.admit(stores[0]!, { concurrency: 1 }, limit)).granted).toBe(true);
  });

  it('are given back when the store is closed, and none is taken after', async () => {
    const stage = new Stage();
    const store = stage.store();
    await stage.serve(store, 50, ONE, perMinute(10_000));
    await store.close();
    expect(await stage.counted(perMinute(10_000))).toBe('50/0');
    expect(stage.clock.pending).toBe(0);
  });

  it('of scopes beyond what is remembered are given back', async () => {
    const stage = new Stage();
    const store = stage.store({ capacity: 10 });
    const limit = perMinute(10_000);
    for (let user = 0; user < 100; user++) {
      for (let time = 0; time < 10; time++) {
        const reservation = stage.reservation(ONE, [], { scopes: [{ scope: `user:${user}`, limits: [limit] }] });
        await store.limits.admit(reservation, stage.call);
        await store.limits.settle(reservation.id, ONE, stage.call);
        await stage.clock.advance(0);
      }
    }
    const open = (await stage.inner.limits.open(undefined, stage.call)).items;
    expect(open.length).toBeLessThanOrEqual(10);
    for (let user = 0; user < 80; user++) expect(await stage.counted(limit, `user:${user}`)).toBe('10/0');
  });

  it('are given back when the limit is lowered', async () => {
    const stage = new Stage();
    const store = stage.store();
    await stage.serve(store, 50, ONE, perMinute(10_000));
    expect(await stage.serve(store, 100, ONE, perMinute(80))).toBe(30);
  });
});

describe('what a request needs of several limits', () => {
  it('is reserved as a whole or not at all, whether slices or the store hold it', async () => {
    const stage = new Stage();
    const store = stage.store();
    const wide = perMinute(10_000);
    const narrow: Limit = { id: 'narrow', counts: 'nanoUsd', max: 5, window: 0 };
    await stage.serve(store, 50, ONE, wide);
    expect(await stage.serve(store, 20, { requests: 1, nanoUsd: 1 }, wide, narrow)).toBe(5);
    await store.flush();
    expect(await stage.counted(wide)).toBe('55/0');
    expect(await stage.counted(narrow)).toBe('5/0');
  });

  it('is put back when the store does not answer', async () => {
    const stage = new Stage();
    const store = stage.store();
    await stage.serve(store, 50, ONE, perMinute(10_000));
    stage.isAway = true;
    await expect(stage.admit(store, { requests: 1, nanoUsd: 1 }, perMinute(10_000), budget(100))).rejects.toThrow(
      'away',
    );
    stage.isAway = false;
    await store.flush();
    expect(await stage.counted(perMinute(10_000))).toBe('50/0');
  });
});

describe('what was used', () => {
  it('beyond a reservation and the slice is told to the store at once', async () => {
    const stage = new Stage();
    const store = stage.store();
    const limit = budget(100_000);
    await stage.serve(store, 50, { nanoUsd: 10 }, limit);
    const reservation = stage.reservation({ nanoUsd: 10 }, [limit]);
    await store.limits.admit(reservation, stage.call);
    await store.limits.settle(reservation.id, { nanoUsd: 90_000 }, stage.call);
    expect((await stage.admit(stage.store(), { nanoUsd: 10_000 }, limit)).granted).toBe(false);
    await store.flush();
    expect(await stage.counted(limit)).toBe('90500/0');
  });

  it('is written to the store as often as it is to be, so that others see it', async () => {
    const stage = new Stage();
    const store = stage.store({ reportMs: 5_000, horizonMs: 10_000 });
    const limit = budget(1_000_000);
    await stage.serve(store, 50, { nanoUsd: 10 }, limit);
    await stage.clock.advance(10_000);
    expect(await stage.counted(limit)).toMatch(/^500\//);
  });

  it('crosses a soft limit once, which is told by the next grant after the store has seen it', async () => {
    const stage = new Stage();
    const store = stage.store({ reportMs: 1_000 });
    const soft: Limit = { ...budget(100), soft: true };
    let told = 0;
    for (let time = 0; time < 100; time++) {
      const reservation = stage.reservation({ nanoUsd: 10 }, [soft]);
      const answer = await store.limits.admit(reservation, stage.call);
      const settled = await store.limits.settle(reservation.id, { nanoUsd: 10 }, stage.call);
      for (const { scopes } of [answer as Granted, settled]) if (scopes[0]?.crossed === true) told += 1;
      await stage.clock.advance(100);
    }
    expect(told).toBe(1);
  });

  it('while the store is away is told to it later, and slices serve meanwhile', async () => {
    const stage = new Stage();
    const store = stage.store({ ttlMs: 60_000 });
    const limit = budget(1_000_000);
    await stage.serve(store, 50, { nanoUsd: 10 }, limit);
    stage.isAway = true;
    expect(await stage.serve(store, 10, { nanoUsd: 10 }, limit)).toBe(10);
    await stage.clock.advance(10_000);
    stage.isAway = false;
    await stage.clock.advance(10_000);
    await store.flush();
    expect(await stage.counted(limit)).toBe('600/0');
  });
});

describe('a process that dies', () => {
  it('has used what it had leased', async () => {
    const stage = new Stage();
    const dying = stage.store();
    const limit = budget(1_000);
    await stage.serve(dying, 50, { nanoUsd: 1 }, limit);
    const [, reserved = 0] = (await stage.counted(limit)).split('/').map(Number);
    expect(reserved).toBeGreaterThan(0);
    stage.isAway = true;
    await stage.clock.advance(60_000);
    stage.isAway = false;
    const [used = 0] = (await stage.counted(limit)).split('/').map(Number);
    expect(used).toBeGreaterThanOrEqual(50);
    expect(await stage.serve(stage.store(), 2_000, { nanoUsd: 1 }, limit)).toBe(1_000 - used);
  });

  it('leaves what is in doubt in the store', async () => {
    const stage = new Stage();
    const store = stage.store();
    await stage.serve(store, 50, ONE, perMinute(10_000));
    const doubtful = stage.reservation(ONE, [perMinute(10_000)], { onExpiry: 'doubt' });
    await store.limits.admit(doubtful, stage.call);
    const { items } = await stage.store().limits.open(undefined, stage.call);
    expect(items).toEqual([doubtful]);
  });
});

describe('a refusal', () => {
  it('is repeated for a moment without asking again, unless something came back here', async () => {
    const stage = new Stage();
    const store = stage.store();
    const limit = budget(100);
    const big = stage.reservation({ nanoUsd: 90 }, [limit]);
    await store.limits.admit(big, stage.call);
    await stage.admit(store, { nanoUsd: 20 }, limit);
    const { calls } = stage;
    expect((await stage.admit(store, { nanoUsd: 20 }, limit)).granted).toBe(false);
    expect(stage.calls).toBe(calls);
    expect((await stage.admit(store, { nanoUsd: 5 }, limit)).granted).toBe(true);
    await store.limits.settle(big.id, { nanoUsd: 10 }, stage.call);
    expect((await stage.admit(store, { nanoUsd: 20 }, limit)).granted).toBe(true);
  });

  it('of one that is sent twice at once counts once, and so does its grant', async () => {
    const stage = new Stage();
    const store = stage.store();
    const limit = perMinute(10_000);
    await stage.serve(store, 50, ONE, limit);
    const twice = stage.reservation({ requests: 1, nanoUsd: 3 }, [limit, budget(100)]);
    await Promise.all([store.limits.admit(twice, stage.call), store.limits.admit(twice, stage.call)]);
    await store.limits.settle(twice.id, { requests: 1, nanoUsd: 3 }, stage.call);
    await store.flush();
    expect(await stage.counted(limit)).toBe('51/0');
    expect(await stage.counted(budget(100))).toBe('3/0');
  });
});
