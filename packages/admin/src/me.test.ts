import { type Call, createGateway, type Gateway, type GatewayConfig, memoryStore, type Store } from '@postern/core';
import { manualClock, scriptedDispatcher } from '@postern/core/testing';
import { describe, expect, it } from 'vitest';
import { type Admin, adminRouter, createRecord, issueKey, updateRecord } from './index.ts';

const T = 1_767_225_600_000;
const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

interface Setting {
  /** How long the store had for each look, in milliseconds. */
  readonly waits: number[];
  readonly store: Store;
  readonly gateway: Gateway;
  readonly admin: Admin;
  readonly clock: ReturnType<typeof manualClock>;
  /** Kinds and ids that the store was asked for. */
  readonly reads: string[];
  me(headers: Record<string, string>, path?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  chat(key: string): Promise<number>;
}

function setUp(more: Partial<GatewayConfig> = {}, timeout?: number): Setting {
  const waits: number[] = [];
  const clock = manualClock(T);
  const memory = memoryStore();
  const reads: string[] = [];
  const store: Store = {
    limits: memory.limits,
    ledger: memory.ledger,
    entities: Object.assign(Object.create(memory.entities), {
      get(kind: string, id: string, { now, deadline }: Call) {
        reads.push(`${kind} ${id}`);
        waits.push(deadline - now);
        return memory.entities.get(kind, id, { now: T, deadline: T + 1_000 });
      },
      put: memory.entities.put.bind(memory.entities),
      list: memory.entities.list.bind(memory.entities),
    }),
    shared: (...given) => memory.shared(...given),
    flush: () => memory.flush(),
    close: () => memory.close(),
  };
  const upstream = scriptedDispatcher();
  const gateway = createGateway({
    access: { keys: {} },
    providers: { up: { format: 'openai-chat', baseUrl: 'https://up.test/v1', auth: 'none' } },
    models: { one: 'up/one', two: 'up/two' },
    prices: { 'up/*': { perMillionTokens: { input: '1', output: '1' } } },
    log: { warn() {}, error() {} },
    store,
    platform: {
      clock,
      dispatcher: {
        dispatch(request, signal) {
          const answer = upstream.dispatch(request, signal);
          upstream.calls.at(-1)?.respond(200, ANSWER);
          return answer;
        },
        close: () => upstream.close(),
      },
    },
    ...more,
  } as GatewayConfig);
  const admin = adminRouter(gateway, {
    store,
    clock,
    ...(timeout === undefined ? {} : { timeout }),
    authorize: (request) => {
      const user = request.header('x-user');
      return user === undefined ? undefined : { actor: user, role: 'user', user };
    },
  });
  return {
    waits,
    store,
    gateway,
    admin,
    clock,
    reads,
    async me(headers, path = '/me') {
      const response = await admin.fetch(new Request(`http://x${path}`, { headers }));
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async chat(key) {
      const response = await gateway.fetch(
        new Request('http://x/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'one', max_tokens: 4, messages: [{ role: 'user', content: 'hello' }] }),
        }),
      );
      await response.text();
      await gateway.flush();
      return response.status;
    },
  };
}

const by = (store: Store) => ({ entities: store.entities, by: 'test' });

describe('what the owner of a key is told', () => {
  it.each([
    [undefined, 5_000],
    [700, 700],
  ])('is read in the time that the admin API gives its store: %s', async (timeout, ms) => {
    const { me, store, waits } = setUp({}, timeout);
    const { key } = await issueKey(by(store), {});
    waits.length = 0;
    expect((await me({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect(new Set(waits)).toEqual(new Set([ms]));
  });

  it('is what is left of every limit that its requests meet, and asking consumes nothing', async () => {
    const { store, me, chat } = setUp({
      limits: [
        { scope: 'organisation', counts: 'requests', max: 100, per: 'day' },
        { scope: 'user', counts: 'requests', max: 1, per: 'day' },
        { scope: 'caller', counts: 'requests', max: 1, soft: true, per: 'day' },
        { scope: 'caller', counts: 'requests', max: 7, per: 'hour', model: 'two' },
      ],
    });
    const context = by(store);
    await createRecord(context, 'organisation', 'acme', {});
    await createRecord(context, 'team', 'red', {
      organisation: 'acme',
      limits: [{ counts: 'usd', max: '0.0001', per: 'month' }],
    });
    const limits = [{ counts: 'concurrency', max: 2 } as const, { counts: 'requests', max: 5, per: 'day' } as const];
    const { id, key } = await issueKey(context, { team: 'red', models: ['one'], limits });
    expect([await chat(key), await chat(key)]).toEqual([200, 200]);
    for (const path of ['/me', '/me', '/me/', '/m%65']) {
      const { status, body } = await me({ authorization: `Bearer ${key}` }, path);
      expect(status).toBe(200);
      expect(body['effective']).toEqual({ team: 'red', organisation: 'acme', models: ['one'] });
      const left = body['left'] as Record<string, unknown>[];
      expect(left.map(({ scope, counts, used, reserved, left }) => [scope, counts, used, reserved, left])).toEqual(
        expect.arrayContaining([
          ['organisation:acme', 'requests', 2, 0, 98],
          [`caller:${id}`, 'concurrency', 0, 0, 2],
          [`caller:${id}`, 'requests', 2, 0, 3],
          // Two calls of 3 + 4 tokens, a dollar for a million of them.
          ['team:red', 'usd', '0.000014', '0', '0.000086'],
        ]),
      );
      expect(left).toHaveLength(4);
      expect(left.find(({ counts }) => counts === 'usd')).toMatchObject({ resetAt: '2026-02-01T00:00:00.000Z' });
    }
    const { body } = await me({ authorization: `Bearer ${key}` }, '/me?model=two');
    expect(body['left']).toContainEqual(expect.objectContaining({ scope: `caller:${id} model:two`, left: 7 }));
    expect((await me({ authorization: `Bearer ${key}` }, '/me?model=%00')).status).toBe(400);
    expect((await store.limits.open(undefined, { now: T, deadline: T + 1_000 })).items).toEqual([]);
  });

  it('is nothing as soon as a team, user or organisation of it is blocked or gone', async () => {
    const { store, me } = setUp();
    const context = by(store);
    await createRecord(context, 'organisation', 'acme', {});
    await createRecord(context, 'team', 'red', { organisation: 'acme' });
    await createRecord(context, 'user', 'ann', { team: 'red' });
    for (const [kind, id] of [
      ['organisation', 'acme'],
      ['team', 'red'],
      ['user', 'ann'],
    ] as const) {
      const { key } = await issueKey(context, { user: 'ann' });
      expect((await me({ 'x-goog-api-key': key })).status).toBe(200);
      await updateRecord(context, kind, id, { blocked: true });
      const other = await issueKey(context, { user: 'ann' });
      const fresh = adminRouter(store, { authorize: () => undefined, clock: { now: () => T } });
      const answer = await fetchMe(fresh, other.key);
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'unauthenticated' } }]);
      await updateRecord(context, kind, id, { blocked: null });
    }
  });

  it('costs the store little for keys that were made up', async () => {
    const { store, me, reads, clock } = setUp();
    const elsewhere = by(memoryStore());
    const { key: known } = await issueKey(by(store), {});
    expect((await me({ 'x-api-key': known })).status).toBe(200);
    const { key } = await issueKey(elsewhere, {});
    reads.length = 0;
    expect([(await me({ 'x-api-key': key })).status, (await me({ 'x-api-key': key })).status]).toEqual([401, 401]);
    expect(reads).toHaveLength(1);
    const seen: number[] = [];
    for (let count = 0; count < 200; count++)
      seen.push((await me({ 'x-api-key': (await issueKey(elsewhere, {})).key })).status);
    expect(reads.length).toBeLessThanOrEqual(100);
    expect(seen.at(-1)).toBe(429);
    expect((await me({ 'x-api-key': known })).status).toBe(200);
    clock.advance(1_000);
    expect((await me({ 'x-api-key': (await issueKey(by(store), {})).key })).status).toBe(200);
  });

  it('is of one key: two that differ are nobody, and what is no key is the host’s to know', async () => {
    const { store, me } = setUp();
    const [one, other] = [await issueKey(by(store), {}), await issueKey(by(store), {})];
    expect((await me({ authorization: `Bearer ${one.key}`, 'x-api-key': other.key })).status).toBe(401);
    expect((await me({ authorization: `Bearer ${one.key}`, 'x-api-key': one.key })).status).toBe(200);
    const hosts = { authorization: 'Bearer of-the-host', 'x-api-key': 'another' };
    expect((await me({ ...hosts, 'x-user': 'ann' })).body).toMatchObject({ id: 'ann', role: 'user' });
    expect((await me(hosts)).status).toBe(401);
    expect((await me({ ...hosts, 'x-api-key': one.key })).body['id']).toBe(one.id);
  });
});

const fetchMe = (admin: Admin, key: string): Promise<Response> =>
  admin.fetch(new Request('http://x/me', { headers: { authorization: `Bearer ${key}` } }));

describe('what a user of the host is told', () => {
  it('is what is left of their own limits, and of no others', async () => {
    const { store, me, chat } = setUp({ limits: [{ scope: 'user', counts: 'requests', max: 9, per: 'day' }] });
    const context = by(store);
    await createRecord(context, 'team', 'red', { limits: [{ counts: 'requests', max: 50, per: 'day' }] });
    await createRecord(context, 'user', 'ann', { team: 'red', limits: [{ counts: 'requests', max: 3, per: 'hour' }] });
    expect(await chat((await issueKey(context, { user: 'ann' })).key)).toBe(200);
    const { body } = await me({ 'x-user': 'ann' });
    const left = body['left'] as Record<string, unknown>[];
    expect(left.map(({ scope, left }) => [scope, left])).toEqual([
      ['user:ann', 8],
      ['user:ann', 2],
    ]);
  });
});

describe('what is left of the limits of a scope', () => {
  it('is told to who may see its spend, with the limits of its record', async () => {
    const { store, gateway, admin, chat } = setUp({
      limits: [
        { scope: 'team', counts: 'requests', max: 9, per: 'day' },
        { scope: 'team', counts: 'requests', max: 4, per: 'day', model: '*' },
        { scope: 'tag:ci', counts: 'requests', max: 2, per: 'day' },
        { scope: 'user', counts: 'requests', max: 2, per: 'day' },
      ],
    });
    const context = by(store);
    await createRecord(context, 'team', 'red', { members: { ann: 'admin' }, limits: [{ counts: 'usd', max: 1 }] });
    const { id, key } = await issueKey(context, {
      team: 'red',
      tags: ['ci'],
      limits: [{ counts: 'requests', max: 6 }],
    });
    expect(await chat(key)).toBe(200);
    const ask = async (query: string, user = 'ann') => {
      const response = await admin.fetch(new Request(`http://x/budgets?${query}`, { headers: { 'x-user': user } }));
      const { data } = (await response.json()) as { data?: { scope: string; left: unknown }[] };
      return data?.map(({ scope, left }) => [scope, left]) ?? response.status;
    };
    expect(await ask('scope=team:red')).toEqual([
      ['team:red', 8],
      ['team:red', '0.999993'],
    ]);
    expect(await ask('scope=team:red&model=one')).toContainEqual(['team:red model:one', 3]);
    expect(await ask('scope=user:ann')).toEqual([['user:ann', 2]]);
    expect(await ask('scope=team:red', 'bob')).toBe(403);
    expect(await ask(`scope=caller:${id}`)).toBe(403);
    expect(await ask('model=one')).toBe(400);
    const viewer = adminRouter(gateway, { store, authorize: () => ({ actor: 'root', role: 'viewer' }) });
    const seen = await viewer.fetch(new Request(`http://x/budgets?scope=caller:${id}`));
    expect(await seen.json()).toMatchObject({ data: [{ scope: `caller:${id}`, max: 6, used: 1, left: 5 }] });
    const operator = adminRouter(store, { authorize: () => ({ actor: 'root', role: 'viewer' }) });
    expect((await operator.fetch(new Request('http://x/budgets?scope=team:red'))).status).toBe(503);
  });
});
