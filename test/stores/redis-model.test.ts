import { type Amounts, type Limit, memoryStore, type Reservation, type Store } from '@postern/core';
import { redisStore } from '@postern/redis';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const NOW = 1_767_225_600_000;
const MONTH = 100_000;

/** Limits of every kind, small, so that random requests get in each other's way all the time. A month here is 100 s. */
const limitsAt = (now: number): readonly Limit[] => {
  const start = Math.floor((now - 1) / MONTH) * MONTH + 1;
  return [
    { id: 'requests', counts: 'requests', max: 5, window: 60_000 },
    { id: 'rolling', counts: 'tokens', max: 120, window: 60_000, slices: 6 },
    { id: 'total', counts: 'tokens', max: 700, window: 0 },
    { id: 'at-once', counts: 'concurrency', max: 3, window: 0 },
    { id: 'busy', counts: 'concurrency', max: 1, window: 0, soft: true },
    { id: 'warn', counts: 'nanoUsd', max: 40, window: 60_000, soft: true },
    { id: 'month', counts: 'nanoUsd', max: 90, start, window: MONTH, rollover: { from: start - MONTH, most: 60 } },
  ];
};

type Action =
  | {
      readonly do: 'admit';
      readonly scopes: readonly string[];
      readonly limits: readonly number[];
      readonly amounts: Amounts;
      readonly ttl: number;
      readonly onExpiry: Reservation['onExpiry'];
    }
  | { readonly do: 'extend'; readonly which: number; readonly by: Amounts; readonly ttl: number }
  | { readonly do: 'settle'; readonly which: number; readonly used: Amounts }
  | { readonly do: 'open' }
  | { readonly do: 'wait'; readonly ms: number };

const amounts = fc.record(
  { requests: fc.nat(2), tokens: fc.nat(60), nanoUsd: fc.nat(50), concurrency: fc.nat(1) },
  { requiredKeys: [] },
);
const ttl = fc.integer({ min: 1, max: 150_000 });
const which = fc.nat(20);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      scopes: fc.subarray(['key', 'user', 'team'], { minLength: 1 }),
      limits: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
      amounts,
      ttl,
      onExpiry: fc.constantFrom('spend' as const, 'release' as const, 'doubt' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('extend' as const), which, by: amounts, ttl }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), which, used: amounts }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
  // Now and then a caller's clock is behind.
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -30_000, max: 90_000 }) }),
  },
);

/** What a store answers to each of the actions. */
async function answersOf({ limits }: Store, actions: readonly Action[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  let now = NOW;
  let count = 0;
  for (const step of actions) {
    const call = { now, deadline: now + 5_000 };
    if (step.do === 'wait') now += step.ms;
    else if (step.do === 'open') answers.push((await limits.open(undefined, call)).items);
    else if (step.do === 'extend') answers.push(await limits.extend(`r${step.which}`, step.by, now + step.ttl, call));
    else if (step.do === 'settle') answers.push(await limits.settle(`r${step.which}`, step.used, call));
    else {
      const all = limitsAt(now);
      const claimed = step.limits.map((index) => all[index] as Limit);
      const scopes = step.scopes.map((scope) => ({ scope, limits: claimed }));
      const { amounts, onExpiry } = step;
      const id = `r${count}`;
      count += 1;
      answers.push(await limits.admit({ id, scopes, amounts, expires: now + step.ttl, onExpiry }, call));
    }
  }
  return answers;
}

describe.skipIf(!hasRedis)('limits in Redis', () => {
  let server: RedisServer;
  let runs = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('answer whatever is asked as those in memory do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 60, size: 'max' }), async (actions) => {
        runs += 1;
        const store = redisStore({ url: server.url, prefix: `run-${runs}` });
        try {
          expect(await answersOf(store, actions)).toEqual(await answersOf(memoryStore(), actions));
        } finally {
          await store.close();
        }
      }),
      { numRuns: Number(process.env['POSTERN_RUNS'] ?? 60) },
    );
  });
});
