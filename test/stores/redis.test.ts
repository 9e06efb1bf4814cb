import { storeCases } from '@postern/core/testing';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

describe.skipIf(!hasRedis)('a store on one Redis server', () => {
  let server: RedisServer;
  let stores = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const cases = storeCases(async () => {
    stores += 1;
    return redisStore({ url: server.url, prefix: `case-${stores}` });
  });
  it.each(cases)('$name', ({ run }) => run());
});
