import type { AttemptRecord, Call, Limit, Store } from '@postern/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../../../test/services/postgres.ts';
import { postgresStore } from './store.ts';

const HOUR = 1_767_225_600_000;
const NOW: Call = { now: HOUR, deadline: HOUR + 20_000 };
const LIMIT: Limit = { id: 'tokens', counts: 'tokens', max: 1_000_000, window: 86_400_000 };
const scopes = [{ scope: 'team:a', limits: [LIMIT] }];

const record = (attempt: string): AttemptRecord => ({
  attempt,
  request: attempt,
  startedAt: HOUR,
  endedAt: HOUR,
  scopes: ['team:a'],
  caller: 'ann',
  operation: 'chat',
  modelAsked: 'm',
  modelServed: 'm',
  provider: 'p',
  deployment: 'd',
  outcome: 'ok',
  cost: '1',
});

/** Tries until it is carried out, as a caller does who may send everything twice. Gives up with the test. */
async function insist<Result>(work: () => Promise<Result>, isOver: () => boolean): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isOver()) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe.skipIf(postgresFolder === undefined)('a PostgreSQL that is restarted under load', () => {
  let server: PostgresServer;
  let store: Store;
  beforeAll(async () => {
    server = await startPostgres();
    store = await postgresStore({ connectionString: server.url, pool: { max: 4 } });
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  it.each(['fast', 'immediate'] as const)(
    'loses nothing that it said it did, and is used again by the same store when it is back (%s)',
    { timeout: 60_000 },
    async (how) => {
      let done = 0;
      let refused = 0;
      let over = false;
      let half: (() => void) | undefined;
      const halfway = new Promise<void>((resolve) => {
        half = resolve;
      });
      const worker = async (name: string) => {
        for (let round = 0; round < 40; round++) {
          const id = `${how}-${name}-${round}`;
          const reservation = {
            id,
            scopes,
            amounts: { tokens: 10 },
            expires: HOUR + 3_600_000,
            onExpiry: 'doubt' as const,
          };
          const isOver = () => over;
          const counting = async <Result>(work: () => Promise<Result>): Promise<Result> =>
            insist(
              () =>
                work().catch((error: unknown) => {
                  refused += 1;
                  throw error;
                }),
              isOver,
            );
          await counting(() => store.limits.admit(reservation, NOW));
          await counting(() => store.limits.settle(id, { tokens: 7 }, NOW));
          await counting(() => store.ledger.append([record(id)], NOW));
          done += 1;
          if (done === 40) half?.();
        }
      };
      const load = Promise.all(['a', 'b', 'c', 'd'].map(worker));
      await halfway;
      await server.stop(how);
      await expect(
        store.limits.admit({ id: 'x', scopes, amounts: {}, expires: HOUR + 1, onExpiry: 'release' }, NOW),
      ).rejects.toThrow();
      await server.start();
      await load.finally(() => {
        over = true;
      });
      expect(refused).toBeGreaterThan(0);
      const look = await store.limits.admit(
        { id: `look ${how}`, scopes, amounts: {}, expires: HOUR + 1, onExpiry: 'release' },
        NOW,
      );
      const [total] = await store.ledger.totals({}, [], NOW);
      const runs = how === 'fast' ? 1 : 2;
      expect(total).toMatchObject({ attempts: runs * 160, cost: BigInt(runs * 160) });
      expect(look).toMatchObject({ granted: true, scopes: [{ used: runs * 160 * 7, reserved: 0 }] });
    },
  );
});
