import type { Limit, ScopedLimit, Store } from '@postern/core';
import { memoryStore } from '@postern/core';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { postgresFolder, startPostgres } from '../services/postgres.ts';
import { hasRedis, startRedis } from '../services/redis.ts';
import { answering, atOnce, booksOver, chatAnswer, counts, tokens } from './books.ts';

/** What users of other gateways were hurt by with budgets, by its number in the collection of such cases. */
const CENT: ScopedLimit = { scope: 'team', counts: 'usd', max: '0.01', per: 'month' };
const OF_CENT = 10_000_000;
const ANN = { id: 'ann', team: 'red' };
/** Nano-dollars of 10 tokens of the prompt and 10 of the answer at the provider `a`. */
const COST = 10 * 1_000 + 10 * 10_000;
const provider = () => answering(() => ({ body: chatAnswer(tokens(10, 10)) }));
const call = (now: number) => ({ now, deadline: now + 20_000 });

describe('budgets', () => {
  it.skipIf(!hasRedis)('case 4: three gateways that share a Redis share one budget', async () => {
    const server = await startRedis();
    const upstream = provider();
    const stores = Array.from({ length: 3 }, () => patient(redisStore({ url: server.url })));
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await server.stop();
    });
    const all = stores.map((store) => booksOver(upstream, { store, limits: [CENT] }));
    const answers = await atOnce(300, (index) => (all[index % 3] ?? expect.unreachable()).ask({ max_tokens: 10 }, ANN));
    expect(upstream.bodies.length).toBe(counts(answers)[200]);
    expect(upstream.bodies.length * COST).toBeLessThanOrEqual(OF_CENT);
    // Three budgets would have let three times as many pass.
    expect(upstream.bodies.length * COST).toBeGreaterThan(OF_CENT / 2);
  });

  it('case 6: whatever comes in whatever order, what is used and reserved is never more than the budget', async () => {
    const action = fc.oneof(
      fc.record({ asks: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ answers: fc.nat({ max: 20 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ leaves: fc.nat({ max: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const budget: Limit = { id: 'budget', counts: 'nanoUsd', max: 1_000, window: 3_600_000 };
        const scopes = [{ scope: 'team:red', limits: [budget] }];
        const store = memoryStore();
        const open: { id: string; amount: number }[] = [];
        const [now, expires] = [3_600_000, 7_200_000];
        for (const [number, step] of actions.entries()) {
          const one = 'asks' in step ? undefined : open.splice('answers' in step ? step.answers : step.leaves, 1)[0];
          if ('asks' in step) {
            const reservation = { id: `${number}`, scopes, amounts: { nanoUsd: step.asks * 10 }, expires } as const;
            const answer = await store.limits.admit({ ...reservation, onExpiry: 'doubt' }, call(now));
            if (answer.granted) open.push({ id: `${number}`, amount: step.asks * 10 });
          } else if (one !== undefined) {
            const used = 'share' in step ? Math.floor(step.share * one.amount) : one.amount;
            await store.limits.settle(one.id, { nanoUsd: used }, call(now));
            // A settlement that is told again counts nothing.
            await store.limits.settle(one.id, { nanoUsd: 1_000 }, call(now));
          }
          const look = { id: `look ${number}`, scopes, amounts: {}, expires, onExpiry: 'release' } as const;
          const state = await store.limits.admit(look, call(now));
          await store.limits.settle(look.id, {}, call(now));
          const { used, reserved } = (state.granted ? state.scopes[0] : undefined) ?? expect.unreachable();
          expect(used + reserved).toBeLessThanOrEqual(budget.max);
          expect(reserved).toBe(open.reduce((sum, { amount }) => sum + amount, 0));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('case 7: a gateway that is closed has first written what was answered, however slow its store is', async () => {
    const memory = memoryStore();
    const waiting: (() => void)[] = [];
    const append: Store['ledger']['append'] = async (records, at) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await memory.ledger.append(records, at);
    };
    const { list, totals, purge } = memory.ledger;
    const ledger = {
      append,
      list: list.bind(memory.ledger),
      totals: totals.bind(memory.ledger),
      purge: purge.bind(memory.ledger),
    };
    const books = booksOver(provider(), { store: { ...memory, ledger } });
    await atOnce(5, () => books.ask());
    await eventually(() => waiting.length > 0);
    let closed = false;
    const closing = books.gateway.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    const release = setInterval(() => {
      for (const resolve of waiting.splice(0)) resolve();
    });
    await closing;
    clearInterval(release);
    expect(await books.ledger(5)).toHaveLength(5);
  });

  it.skipIf(postgresFolder === undefined)(
    'case 8: two writers that count the same scopes in opposite order neither lock each other out nor lose a count',
    async () => {
      const server = await startPostgres();
      const connectionString = server.url;
      const stores = await Promise.all([1, 2].map(() => postgresStore({ connectionString, pool: { max: 4 } })));
      onTestFinished(async () => {
        await Promise.all(stores.map((store) => store.close()));
        await server.remove();
      });
      const limit: Limit = { id: 'budget', counts: 'nanoUsd', max: 1_000_000, window: 3_600_000 };
      const scopes = ['user:a', 'user:b', 'user:c', 'user:d'].map((scope) => ({ scope, limits: [limit] }));
      const [now, expires] = [3_600_000, 7_200_000];
      await atOnce(200, async (index) => {
        const store = stores[index % 2] ?? expect.unreachable();
        const ordered = index % 2 === 0 ? scopes : [...scopes].reverse();
        const id = `call ${index}`;
        await store.limits.admit(
          { id, scopes: ordered, amounts: { nanoUsd: 9 }, expires, onExpiry: 'doubt' },
          call(now),
        );
        await store.limits.settle(id, { nanoUsd: 7 }, call(now));
      });
      const look = { id: 'look', scopes, amounts: {}, expires, onExpiry: 'release' } as const;
      const state = await (stores[0] ?? expect.unreachable()).limits.admit(look, call(now));
      expect(state.granted && state.scopes.map(({ used, reserved }) => [used, reserved])).toEqual(
        scopes.map(() => [200 * 7, 0]),
      );
    },
  );
});

/** On a machine that others use a deadline of 50 ms would say more of the machine than of the store. */
function patient(store: Store): Store {
  const limits: Store['limits'] = {
    admit: (reservation, { now }) => store.limits.admit(reservation, call(now)),
    extend: (id, by, expires, { now }) => store.limits.extend(id, by, expires, call(now)),
    settle: (id, used, { now }) => store.limits.settle(id, used, call(now)),
    open: (cursor, { now }) => store.limits.open(cursor, call(now)),
  };
  return { ...store, limits };
}
