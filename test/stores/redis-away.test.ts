import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller, ScopedLimit, StorageConfig, Store } from '@postern/core';
import { llmGateway } from '@postern/express';
import { redisStore } from '@postern/redis';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const MAX = 1_000;
const LIMITS: readonly ScopedLimit[] = [{ scope: 'caller', counts: 'requests', max: MAX, per: 'month' }];
const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 },
});

/** A provider that holds its answers back while it is told to. */
async function provider() {
  const held: ServerResponse[] = [];
  let holds = false;
  let calls = 0;
  const answer = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
  const server = createServer((incoming, response) => {
    calls += 1;
    incoming.resume();
    if (holds) held.push(response);
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get calls() {
      return calls;
    },
    hold: () => {
      holds = true;
    },
    release: () => {
      holds = false;
      for (const response of held.splice(0)) answer(response);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.skipIf(!hasRedis)('a gateway whose Redis hangs', () => {
  let redis: RedisServer;
  let store: Store;
  let upstream: Awaited<ReturnType<typeof provider>>;
  let end: () => Promise<void>;
  let count = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    count += 1;
    store = redisStore({ url: redis.url, prefix: `away-${count}` });
    upstream = await provider();
  });
  afterEach(async () => {
    redis.signal('SIGCONT');
    await end();
    upstream.close();
    await store.close();
  });

  async function serving(storage: StorageConfig) {
    const mount = llmGateway({
      access: { identify: (): Caller => ({ id: 'ann' }) },
      providers: { a: { format: 'openai-chat', baseUrl: upstream.url, auth: 'none' } },
      models: { m: { deployments: ['a/one'], retries: 0 } },
      limits: LIMITS,
      log: { warn() {}, error() {} },
      // Longer than a machine under load takes for an answer.
      storage: { timeout: '1s', ...storage },
      store,
    });
    const server = createServer(express().use(mount));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    end = async () => {
      await mount.gateway.close();
      server.closeAllConnections();
      server.close();
    };
    const ask = () =>
      fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }),
      });
    // The connection is there before it is hung.
    expect((await ask()).status).toBe(200);
    await eventually(() => mount.gateway.stats().open === 0);
    return { gateway: mount.gateway, ask };
  }

  /** How many requests Redis has counted, as the next one is told. */
  async function counted(ask: () => Promise<Response>): Promise<number> {
    const reply = await ask();
    expect(reply.status).toBe(200);
    return MAX - 1 - Number(reply.headers.get('x-ratelimit-remaining-requests'));
  }
  const rows = async () =>
    (await store.ledger.list({}, undefined, { now: Date.now(), deadline: Date.now() + 10_000 })).items.length;

  it('refuses what is under closed limits, calls nobody, and serves when it goes on', async () => {
    const { gateway, ask } = await serving({});
    redis.signal('SIGSTOP');
    const replies = await Promise.all(Array.from({ length: 20 }, ask));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 503));
    expect(await replies[0]?.json()).toMatchObject({ error: { code: 'store_unavailable' } });
    expect(upstream.calls).toBe(1);
    redis.signal('SIGCONT');
    await gateway.flush();
    // What was admitted and given up is taken back by the store on its own time.
    while ((await counted(ask)) !== upstream.calls - 1);
    await gateway.flush();
    expect(await rows()).toBe(upstream.calls);
  });

  it('serves what is under open limits, and nothing is lost when it goes on', async () => {
    const { gateway, ask } = await serving({ onFailure: 'open' });
    redis.signal('SIGSTOP');
    const replies = await Promise.all(Array.from({ length: 50 }, ask));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(replies.every(({ headers }) => headers.get('x-postern-limits') === 'unchecked')).toBe(true);
    await eventually(() => gateway.stats().journal >= 100);
    redis.signal('SIGCONT');
    expect(await gateway.flush(20_000)).toBe(0);
    expect([await rows(), gateway.stats().lost]).toEqual([51, 0]);
    expect(await counted(ask)).toBe(51);
  });

  it('ends what was under way, and nothing of it is lost when it goes on', async () => {
    const { gateway, ask } = await serving({});
    upstream.hold();
    const asked = Array.from({ length: 30 }, ask);
    await eventually(() => upstream.calls === 31);
    redis.signal('SIGSTOP');
    upstream.release();
    const replies = await Promise.all(asked);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    await eventually(() => gateway.stats().journal >= 60);
    redis.signal('SIGCONT');
    expect(await gateway.flush(20_000)).toBe(0);
    expect([await rows(), gateway.stats().lost]).toEqual([31, 0]);
    expect(await counted(ask)).toBe(31);
    const open = await store.limits.open(undefined, { now: Date.now(), deadline: Date.now() + 10_000 });
    expect(open.items.length).toBeLessThanOrEqual(1);
  });

  it('is told everything before the gateway has closed, when it goes on in time', async () => {
    const { gateway, ask } = await serving({ onFailure: 'open' });
    redis.signal('SIGSTOP');
    await Promise.all(Array.from({ length: 10 }, ask));
    const closing = gateway.close();
    redis.signal('SIGCONT');
    await closing;
    expect([await rows(), gateway.stats().lost]).toEqual([11, 0]);
  });
});
