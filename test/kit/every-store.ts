import { memoryStore, type Store } from '@postern/core';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { sqliteStore } from '@postern/sqlite';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { postgresFolder, startPostgres } from '../services/postgres.ts';
import { hasRedis, startRedis } from '../services/redis.ts';
import { temporaryFile } from './sqlite-store.ts';

/** What a kind of store needs to run; `open` gives an empty one. */
interface Running {
  open(): Store | Promise<Store>;
  stop?(): Promise<void>;
}

let opened = 0;

const STORES: readonly { name: string; isThere: boolean; start(): Running | Promise<Running> }[] = [
  { name: 'memory', isThere: true, start: () => ({ open: memoryStore }) },
  { name: 'SQLite', isThere: true, start: () => ({ open: () => sqliteStore({ file: temporaryFile() }) }) },
  {
    name: 'Redis',
    isThere: hasRedis,
    async start() {
      const { url, stop } = await startRedis();
      return { open: () => redisStore({ url, prefix: `store-${opened}` }), stop };
    },
  },
  {
    name: 'PostgreSQL',
    isThere: postgresFolder !== undefined,
    async start() {
      const { url, remove } = await startPostgres();
      const open = () => postgresStore({ connectionString: url, schema: `store_${opened}`, pool: { max: 4 } });
      return { open, stop: remove };
    },
  },
];

/** The same tests over each store that this machine has; `open` gives a test a store of its own. */
export function onEveryStore(tests: (open: () => Promise<Store>) => void): void {
  describe.each(STORES)('over $name', ({ isThere, start }) => {
    describe.skipIf(!isThere)('', () => {
      let running: Running;
      beforeAll(async () => {
        running = await start();
      });
      afterAll(() => running.stop?.());
      tests(async () => {
        opened += 1;
        const store = await running.open();
        onTestFinished(() => store.close());
        return store;
      });
    });
  });
}
