import { type Call, type Limit, memoryStore, type Reservation, type Store } from '@postern/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../../../test/services/postgres.ts';
import { postgresStore } from './store.ts';

const HOUR = 1_767_225_600_000;
const MINUTE = 60_000;
const at = (ms: number): Call => ({ now: HOUR + ms, deadline: HOUR + ms + 20_000 });
const NOW = at(0);
const requests = (max: number): Limit => ({ id: 'requests', counts: 'requests', max, window: MINUTE });

function reservation(id: string, scopes: Reservation['scopes'], more: Partial<Reservation> = {}): Reservation {
  return { id, scopes, amounts: { requests: 1 }, expires: HOUR + 10 * MINUTE, onExpiry: 'release', ...more };
}

describe.skipIf(postgresFolder === undefined)('limits in PostgreSQL', () => {
  let server: PostgresServer;
  const open: Store[] = [];
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await Promise.all(open.map((store) => store.close()));
    await server.remove();
  });

  async function storeIn(schema: string, max = 4): Promise<Store> {
    const store = await postgresStore({ connectionString: server.url, schema, pool: { max } });
    open.push(store);
    return store;
  }
  const fresh = (max?: number): Promise<Store> => storeIn(`limits_${++count}`, max);

  it('grant the first calls of a scope that nobody has seen to the last unit, from 8 processes at once', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => storeIn('first_calls', 1)));
    const scopes = [{ scope: 'user:new', limits: [requests(5)] }];
    const answers = await Promise.all(
      stores.map(({ limits }, index) => limits.admit(reservation(`r${index}`, scopes), NOW)),
    );
    expect(answers.filter(({ granted }) => granted)).toHaveLength(5);
  });

  it('never lock each other out: many scopes in any order, from four connections, with expiries in between', {
    timeout: 120_000,
  }, async () => {
    const { limits } = await fresh(4);
    const scopes = Array.from({ length: 12 }, (_, index) => ({ scope: `scope-${index}`, limits: [requests(100_000)] }));
    let turn = 0;
    const random = (n: number): number => {
      turn = (turn * 1_103_515 + 12_345) % 2_147_483_647;
      return turn % n;
    };
    const shuffled = () => [...scopes].sort(() => random(3) - 1).slice(0, 1 + random(11));
    await Promise.all(
      Array.from({ length: 4 }, async (_, worker) => {
        for (let round = 0; round < 100; round++) {
          const call = at(round * 10);
          const id = `${worker}-${round}`;
          const onExpiry = (['spend', 'release', 'doubt'] as const)[random(3)] ?? 'spend';
          const expires = call.now + 1 + random(200);
          expect((await limits.admit(reservation(id, shuffled(), { expires, onExpiry }), call)).granted).toBe(true);
          if (random(2) === 0) await limits.extend(`${random(4)}-${random(round + 1)}`, { requests: 1 }, expires, call);
          await limits.settle(`${random(4)}-${random(round + 1)}`, { requests: 1 }, call);
        }
      }),
    );
  });

  it('count a reservation once that is sent many times at once', async () => {
    const { limits } = await fresh();
    const twice = reservation('same', [{ scope: 'user:ann', limits: [requests(10)] }]);
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 8 }, () => limits.admit(twice, NOW)));
      if (round < 19) await limits.settle('same', {}, NOW);
    }
    const look = await limits.admit({ ...twice, id: 'look', amounts: {} }, NOW);
    expect(look).toMatchObject({ granted: true, scopes: [{ used: 0, reserved: 1 }] });
  });

  it('count a settlement once that is sent many times at once', async () => {
    const { limits } = await fresh();
    const once = reservation('once', [{ scope: 'user:ann', limits: [requests(10)] }]);
    await limits.admit(once, NOW);
    await Promise.all(Array.from({ length: 8 }, () => limits.settle('once', { requests: 2 }, NOW)));
    const look = await limits.admit({ ...once, id: 'look', amounts: {} }, NOW);
    expect(look).toMatchObject({ granted: true, scopes: [{ used: 2, reserved: 0 }] });
  });

  it('refuse nothing that another process has made room for since this one looked', async () => {
    const [one, other] = [await storeIn('room'), await storeIn('room')];
    const of = (id: string) => reservation(id, [{ scope: 'user:ann', limits: [requests(1)] }]);
    await one.limits.admit(of('a'), NOW);
    expect((await other.limits.admit(of('b'), NOW)).granted).toBe(false);
    await one.limits.settle('a', {}, NOW);
    expect((await other.limits.admit(of('b'), NOW)).granted).toBe(true);
    expect((await one.limits.admit(of('c'), NOW)).granted).toBe(false);
  });

  it('count a reservation once that two processes admit, where there is no room for a second one', async () => {
    const [one, other] = [await storeIn('both'), await storeIn('both')];
    const scopes = [{ scope: 'user:ann', limits: [requests(1)] }];
    await one.limits.admit(reservation('same', scopes), NOW);
    // The other one knows the scope by then, and not the reservation.
    await other.limits.admit(reservation('else', scopes), NOW);
    expect(await other.limits.admit(reservation('same', scopes), NOW)).toMatchObject({ scopes: [{ reserved: 1 }] });
  });

  it('settle once what two processes know, and extend nothing that the other one has settled', async () => {
    const [one, other] = [await storeIn('known'), await storeIn('known')];
    const scopes = [{ scope: 'user:ann', limits: [requests(10)] }];
    await one.limits.admit(reservation('a', scopes), NOW);
    await other.limits.extend('a', { requests: 1 }, HOUR + MINUTE, NOW);
    await one.limits.settle('a', { requests: 3 }, NOW);
    await other.limits.settle('a', { requests: 4 }, NOW);
    await other.limits.extend('a', { requests: 1 }, HOUR + MINUTE, NOW);
    const look = await other.limits.admit({ ...reservation('look', scopes), amounts: {} }, NOW);
    expect(look).toMatchObject({ scopes: [{ used: 3, reserved: 0 }] });
  });

  it('give each call that goes together with others its own answer, and its own error', async () => {
    const { limits } = await fresh(1);
    const soft = { ...requests(5), soft: true };
    const of = (id: string, amount: number, limit: Limit) => ({
      ...reservation(id, [{ scope: limit.soft === true ? 'soft' : 'hard', limits: [limit] }]),
      amounts: { requests: amount },
    });
    const answers = await Promise.allSettled([
      limits.admit(of('a', 3, requests(5)), NOW),
      limits.admit(of('b', 3, requests(5)), NOW),
      limits.admit(of('c', Number.MAX_SAFE_INTEGER, soft), NOW),
      limits.admit(of('d', 1, soft), NOW),
      limits.settle('a', { requests: 1 }, NOW),
      limits.admit(of('e', 4, requests(5)), NOW),
    ]);
    const told = answers.map((answer) => (answer.status === 'rejected' ? 'rejected' : answer.value.granted));
    expect(told).toEqual([true, false, true, 'rejected', true, true]);
  });

  it('find room when more has expired than one call ends', async () => {
    const { limits } = await fresh(10);
    const scopes = [{ scope: 'user:ann', limits: [requests(450)] }];
    const soon = { expires: HOUR + MINUTE / 2 };
    await Promise.all(
      Array.from({ length: 450 }, (_, index) => limits.admit(reservation(`r${index}`, scopes, soon), NOW)),
    );
    const all = { ...reservation('all', scopes), amounts: { requests: 450 } };
    expect((await limits.admit(all, NOW)).granted).toBe(false);
    expect((await limits.admit(all, at(MINUTE / 2))).granted).toBe(true);
  });

  it('forget what nothing can count in any more', async () => {
    const { limits } = await fresh();
    for (let index = 0; index < 5; index++) {
      await limits.admit(reservation(`r${index}`, [{ scope: `user:${index}`, limits: [requests(10)] }]), NOW);
    }
    await limits.open(undefined, at(10 * MINUTE));
    await limits.open(undefined, at(10 * MINUTE + 86_400_000));
    const { default: pg } = await import('pg');
    const client = new pg.Client(server.url);
    await client.connect();
    const { rows } = await client.query(
      `SELECT (SELECT count(*) FROM limits_${count}.counter) AS counters, (SELECT count(*) FROM limits_${count}.reservation) AS reservations`,
    );
    await client.end();
    expect(rows).toEqual([{ counters: '0', reservations: '0' }]);
  });

  it('refuse numbers that would not be themselves in a number, and change nothing', async () => {
    const { limits } = await fresh();
    const soft: Limit = { ...requests(10), soft: true };
    const big = (id: string, amount: number) => ({
      ...reservation(id, [{ scope: 's', limits: [soft] }]),
      amounts: { requests: amount },
    });
    expect((await limits.admit(big('a', Number.MAX_SAFE_INTEGER), NOW)).granted).toBe(true);
    await expect(limits.admit(big('b', 1), NOW)).rejects.toThrow(/2\^53/);
    await expect(limits.extend('a', { requests: 1 }, HOUR + MINUTE, NOW)).rejects.toThrow(/2\^53/);
    const look = await limits.admit({ ...big('look', 0), amounts: {} }, NOW);
    expect(look).toMatchObject({ scopes: [{ reserved: Number.MAX_SAFE_INTEGER }] });
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      const limit = { ...requests(10), max: wrong };
      await expect(limits.admit(reservation('c', [{ scope: 's', limits: [limit] }]), NOW)).rejects.toThrow(RangeError);
    }
  });

  it('counts a settlement in full even where the sum is no number any more, and says so', async () => {
    const { limits } = await fresh();
    const soft: Limit = { ...requests(10), soft: true };
    const of = (id: string) => reservation(id, [{ scope: 's', limits: [soft] }]);
    await limits.admit(of('a'), NOW);
    await limits.admit(of('b'), NOW);
    await limits.settle('a', { requests: Number.MAX_SAFE_INTEGER }, NOW);
    await expect(limits.settle('b', { requests: Number.MAX_SAFE_INTEGER }, NOW)).rejects.toThrow(RangeError);
    expect((await limits.open(undefined, NOW)).items).toEqual([]);
  });

  it('reject a cursor that no list gave', async () => {
    const { limits } = await fresh();
    for (const cursor of ['x', '-1', '1; DROP TABLE counter', ''])
      await expect(limits.open(cursor, NOW)).rejects.toThrow(RangeError);
  });

  const LIMITS: readonly Limit[] = [
    { id: 'requests', counts: 'requests', max: 5, window: MINUTE },
    { id: 'rolling', counts: 'tokens', max: 150, window: MINUTE, slices: 7 },
    { id: 'daily', counts: 'tokens', max: 400, window: 1_440 * MINUTE },
    { id: 'soft', counts: 'tokens', max: 40, window: MINUTE, soft: true },
    { id: 'at-once', counts: 'concurrency', max: 3, window: 0 },
    { id: 'soft-at-once', counts: 'concurrency', max: 1, window: 0, soft: true },
  ];
  const amounts = fc.record({ requests: fc.nat(2), tokens: fc.nat(60), concurrency: fc.nat(1) });
  const ttl = fc.integer({ min: 1, max: 150_000 });
  const which = fc.nat(12);
  const action = fc.oneof(
    fc.record({
      do: fc.constant('admit' as const),
      scopes: fc.subarray(['key', 'user', 'team'], { minLength: 1 }),
      amounts,
      ttl,
      onExpiry: fc.constantFrom('spend' as const, 'release' as const, 'doubt' as const),
    }),
    fc.record({ do: fc.constant('extend' as const), which, amounts, ttl }),
    fc.record({ do: fc.constant('settle' as const), which, amounts }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(50_000) }),
  );

  it('answer as the memory store does, whatever is asked', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const schema = `model_${++count}`;
        const model = memoryStore();
        const store = await postgresStore({ connectionString: server.url, schema, pool: { max: 1 } });
        try {
          let now = HOUR;
          let admitted = 0;
          for (const next of actions) {
            const call = { now, deadline: now + 20_000 };
            // What was carried over changes with the window that is said to be the one before.
            const rollover = { from: Math.floor(now / MINUTE - 1) * MINUTE, most: 3 };
            const limits = LIMITS.map((limit) => (limit.id === 'requests' ? { ...limit, rollover } : limit));
            const ask = ({ limits: of }: Store) => {
              if (next.do === 'extend') return of.extend(`r${next.which}`, next.amounts, now + next.ttl, call);
              if (next.do === 'settle') return of.settle(`r${next.which}`, next.amounts, call);
              if (next.do === 'wait') return of.open(undefined, call);
              const scopes = next.scopes.map((scope) => ({ scope, limits }));
              const { amounts, onExpiry } = next;
              return of.admit({ id: `r${admitted}`, scopes, amounts, onExpiry, expires: now + next.ttl }, call);
            };
            expect(await ask(store)).toEqual(await ask(model));
            if (next.do === 'admit') admitted += 1;
            if (next.do === 'wait') now += next.ms;
          }
        } finally {
          await store.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
