import { adminRouter, createRecord, issueKey } from '@postern/admin';
import { createGateway, type GatewayConfig, memoryStore, type Store } from '@postern/core';
import { leasedStore } from '@postern/leases';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../kit/sqlite-store.ts';
import { type PostgresServer, postgresFolder, startPostgres } from '../services/postgres.ts';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
});

/** A provider in this process. */
const answering: GatewayConfig['platform'] = {
  dispatcher: {
    async dispatch() {
      return {
        status: 200,
        header: (name: string) => (name === 'content-type' ? 'application/json' : undefined),
        headers: () => [],
        body: (async function* () {
          yield new TextEncoder().encode(ANSWER);
        })(),
        cancel() {},
      } as never;
    },
    close: async () => {},
  },
};

/** Looks at what is left of a key's limits again and again, between calls that use it up. */
async function looks(store: Store): Promise<void> {
  const gateway = createGateway({
    access: { keys: {} },
    providers: { up: { format: 'openai-chat', baseUrl: 'https://up.test/v1', auth: 'none' } },
    models: { one: 'up/one' },
    prices: { 'up/*': { perMillionTokens: { input: '1', output: '1' } } },
    log: { warn() {}, error() {} },
    storage: { timeout: '5s' },
    store,
    ...(answering === undefined ? {} : { platform: answering }),
  } as GatewayConfig);
  const admin = adminRouter(gateway, { store, authorize: () => undefined });
  const context = { entities: store.entities, by: 'test' };
  await createRecord(context, 'team', 'red', { limits: [{ counts: 'usd', max: 1, per: 'month' }] });
  const limits = [{ counts: 'requests', max: 3, per: 'month' } as const, { counts: 'concurrency', max: 1 } as const];
  const { key } = await issueKey(context, { team: 'red', limits });
  const left = async () => {
    const response = await admin.fetch(new Request('http://x/me', { headers: { 'x-api-key': key } }));
    const { left } = (await response.json()) as { left: { counts: string; used: unknown; left: unknown }[] };
    return Object.fromEntries(left.map(({ counts, used, left }) => [counts, [used, left]]));
  };
  const body = JSON.stringify({ model: 'one', max_tokens: 4, messages: [{ role: 'user', content: 'hello' }] });
  const init = { method: 'POST', headers: { 'x-api-key': key, 'content-type': 'application/json' }, body };
  for (let used = 0; used < 3; used++) {
    const usd =
      used === 0 ? ['0', '1'] : [`0.0000${7 * used < 10 ? '0' : ''}${7 * used}`, expect.stringMatching(/^0\.99/)];
    const seen = await Promise.all(Array.from({ length: 5 }, left));
    for (const one of seen) expect(one).toEqual({ requests: [used, 3 - used], concurrency: [0, 1], usd });
    const answer = await gateway.fetch(new Request('http://x/v1/chat/completions', init));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"total_tokens":7')]);
    await gateway.flush();
  }
  expect((await gateway.fetch(new Request('http://x/v1/chat/completions', init))).status).toBe(429);
  expect((await left())['requests']).toEqual([3, 0]);
  const now = Date.now();
  const open = await store.limits.open(undefined, { now, deadline: now + 5_000 });
  expect(open.items.filter(({ id }) => id.startsWith('look_'))).toEqual([]);
  await gateway.close();
}

describe('what is left of limits', () => {
  it('is told in memory, and looking consumes nothing', () => looks(memoryStore()));
  it('is told by SQLite', () => looks(openStore()));
});

describe.skipIf(!hasRedis)('what is left of limits in Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const over = (prefix: string): Store => {
    const { limits, shared, flush, close } = redisStore({ url: redis.url, prefix });
    const memory = memoryStore();
    return { limits, shared, flush, close, ledger: memory.ledger, entities: memory.entities };
  };

  it('is told', async () => {
    const store = over('plain');
    await looks(store);
    await store.close();
  });

  it('is told with leases', async () => {
    const inner = over('leased');
    const store = leasedStore(inner);
    await looks(store);
    await store.close();
    await inner.close();
  });
});

describe.skipIf(postgresFolder === undefined)('what is left of limits in PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  it('is told', async () => {
    const store = await postgresStore({ connectionString: postgres.url, schema: 'standing' });
    await looks(store);
    await store.close();
  });
});
