import { storeCases } from '@postern/core/testing';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasRedis, startRedisCluster } from '../services/redis.ts';

describe.skipIf(!hasRedis)('a store on a Redis cluster of three nodes', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  let stores = 0;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 90_000);
  afterAll(() => cluster.stop());

  const cases = storeCases(async () => {
    stores += 1;
    const nodes = cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    return redisStore({ cluster: nodes, prefix: `case-${stores}` });
  });
  it.each(cases)('$name', ({ run }) => run());
});
