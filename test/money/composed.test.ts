import type { Store } from '@postern/core';
import { storeCases } from '@postern/core/testing';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../services/postgres.ts';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

describe.skipIf(!hasRedis || postgresFolder === undefined)('limits in Redis with keys and ledger in PostgreSQL', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;
  let stores = 0;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  });
  afterAll(() => Promise.all([redis.stop(), postgres.remove()]));

  async function composed(): Promise<Store> {
    stores += 1;
    const name = `case_${stores}`;
    const limits = redisStore({ url: redis.url, prefix: name });
    const rest = await postgresStore({ connectionString: postgres.url, schema: name, pool: { max: 4 } });
    return {
      ...rest,
      limits: limits.limits,
      shared: limits.shared,
      flush: async () => void (await Promise.all([limits.flush(), rest.flush()])),
      close: async () => void (await Promise.all([limits.close(), rest.close()])),
    };
  }
  it.each(storeCases(composed))('$name', ({ run }) => run());
});
