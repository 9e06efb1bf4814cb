import { composeStore } from '@postern/core';
import { storeCases } from '@postern/core/testing';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../services/postgres.ts';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

describe.skipIf(!hasRedis || postgresFolder === undefined)('a store of Redis (limits, shared) and PostgreSQL', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;
  let stores = 0;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), postgres.remove()]);
  });

  const cases = storeCases(async () => {
    stores += 1;
    const fast = redisStore({ url: redis.url, prefix: `composed-${stores}` });
    const kept = await postgresStore({ connectionString: postgres.url, schema: `composed_${stores}` });
    return composeStore({ limits: fast, ledger: kept, entities: kept, shared: fast });
  });
  it.each(cases)('$name', ({ run }) => run());
});
