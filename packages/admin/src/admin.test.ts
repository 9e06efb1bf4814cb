import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryStore, parseKey, type Store, secretHash } from '@postern/core';
import { manualClock } from '@postern/core/testing';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../test/kit/sqlite-store.ts';
import { type AdminOptions, adminRouter, type EntityChange, type Identity } from './index.ts';
import { nodeHandler } from './node.ts';

const T = 1_767_225_600_000;

/** Who asks is said by a header: the host of these tests. */
const authorize: AdminOptions['authorize'] = (request) => {
  const [role, user = ''] = (request.header('x-who') ?? '').split(' ');
  if (role === 'admin' || role === 'viewer') return { actor: role, role };
  return role === 'user' ? { actor: user, role, user } : undefined;
};

interface Answered {
  readonly status: number;
  readonly etag: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many forms, looked at by tests
  readonly body: Record<string, any>;
}
type Ask = (
  method: string,
  path: string,
  options?: { who?: string; body?: unknown; ifMatch?: string; headers?: Record<string, string> },
) => Promise<Answered>;

interface Setting {
  readonly ask: Ask;
  readonly store: Store;
  readonly url: string;
  readonly changes: EntityChange[];
  readonly clock: ReturnType<typeof manualClock>;
}
type Host = 'Express' | 'node:http';

async function start(host: Host, store: Store, more: Partial<AdminOptions> = {}): Promise<Setting> {
  const clock = manualClock(T);
  const changes: EntityChange[] = [];
  const admin = adminRouter(store, { authorize, clock, onChange: (change) => changes.push(change), ...more });
  const handler = nodeHandler(admin as never, host === 'Express' ? {} : { prefix: '/admin' });
  const server = createServer(host === 'Express' ? express().use('/admin', handler) : handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin`;
  const ask: Ask = async (method, path, { who = 'admin', body, ifMatch, headers } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        'x-who': who,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      headers: response.headers,
      body: isJson ? JSON.parse(text) : { text },
    };
  };
  return { ask, store, url, changes, clock };
}

const memory = (): Store => memoryStore();
const settings: readonly (readonly [string, Host, () => Store])[] = [
  ['Express over the memory store', 'Express', memory],
  ['node:http over SQLite', 'node:http', () => openStore()],
];

describe.each(settings)('the admin API on %s', (_, host, make) => {
  it('issues a key whose text is told once, and keeps no more than its hash', async () => {
    const { ask, store } = await start(host, make());
    const issued = await ask('POST', '/keys', {
      body: { name: 'CI', limits: [{ counts: 'usd', max: '0.5', per: 'day' }] },
    });
    expect(issued.status).toBe(201);
    expect(issued.headers.get('cache-control')).toBe('no-store');
    const { id, key, createdAt } = issued.body;
    const parsed = parseKey(key);
    expect(parsed?.id).toBe(id);
    expect(createdAt).toBe(T);
    const stored = await store.entities.get('key', id, { now: T, deadline: T + 1_000 });
    expect(stored?.value).toEqual({
      name: 'CI',
      limits: [{ counts: 'usd', max: '0.5', per: 'day' }],
      hash: secretHash(parsed!.secret),
      createdAt: T,
    });
    const got = await ask('GET', `/keys/${id}`);
    expect(got.body).toEqual({
      id,
      etag: stored?.etag,
      name: 'CI',
      limits: [{ counts: 'usd', max: '0.5', per: 'day' }],
      createdAt: T,
    });
    expect(got.etag).toBe(`"${stored?.etag}"`);
    expect(JSON.stringify(got.body)).not.toContain(key);
  });

  it('changes a key only for who says which version it is of', async () => {
    const { ask } = await start(host, make());
    const { body, etag } = await ask('POST', '/keys', { body: { name: 'one' } });
    const path = `/keys/${body['id']}`;
    expect((await ask('PATCH', path, { body: { name: 'two' } })).status).toBe(428);
    expect((await ask('PATCH', path, { body: { name: 'two' }, ifMatch: '"nonsense"' })).status).toBe(412);
    expect((await ask('PATCH', path, { body: { name: 'two' }, ifMatch: 'nonsense' })).status).toBe(400);
    const changed = await ask('PATCH', path, { body: { name: 'two' }, ifMatch: etag! });
    expect([changed.status, changed.body['name']]).toEqual([200, 'two']);
    expect((await ask('PATCH', path, { body: { name: 'three' }, ifMatch: etag! })).status).toBe(412);
    expect((await ask('PATCH', path, { body: { name: null }, ifMatch: '*' })).body).not.toHaveProperty('name');
    expect((await ask('DELETE', path, { ifMatch: changed.etag! })).status).toBe(412);
    expect((await ask('DELETE', path, { ifMatch: '*' })).status).toBe(204);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('rotates a key with a grace, and blocks and unblocks it', async () => {
    const { ask, clock } = await start(host, make());
    const { body: first } = await ask('POST', '/keys', { body: {} });
    const path = `/keys/${first['id']}`;
    const me = async (key: string) =>
      (await ask('GET', '/me', { who: '', headers: { authorization: `Bearer ${key}` } })).status;
    const rotated = await ask('POST', `${path}/rotate`, { body: { grace: 1_000 }, ifMatch: '*' });
    const second = rotated.body;
    expect(second['id']).toBe(first['id']);
    expect(second['key']).not.toBe(first['key']);
    expect(second['previous']).toEqual({ until: T + 1_000 });
    expect([await me(first['key']), await me(second['key'])]).toEqual([200, 200]);
    clock.advance(1_000);
    expect([await me(first['key']), await me(second['key'])]).toEqual([401, 200]);
    const blocked = await ask('POST', `${path}/block`, { ifMatch: '*' });
    expect(blocked.body['blocked']).toBe(true);
    expect(await me(second['key'])).toBe(401);
    expect((await ask('POST', `${path}/unblock`, { ifMatch: '*' })).body).not.toHaveProperty('blocked');
    expect(await me(second['key'])).toBe(200);
    const { body: third } = await ask('POST', `${path}/rotate`, { body: { grace: 0 }, ifMatch: '*' });
    expect([await me(second['key']), await me(third['key'])]).toEqual([401, 200]);
  });

  it('makes, reads, changes and removes every other kind', async () => {
    const { ask } = await start(host, make());
    const kinds: readonly (readonly [string, object, object])[] = [
      ['/organisations', { id: 'acme', admins: ['root'] }, { name: 'Acme' }],
      ['/access-groups', { id: 'cheap', models: ['mini', 'acme/*'] }, { models: ['mini'] }],
      [
        '/teams',
        { id: 'research', organisation: 'acme', groups: ['cheap'], members: { ann: 'admin' } },
        { members: { bob: 'member' } },
      ],
      ['/users', { id: 'ann@example.com', team: 'research' }, { blocked: true }],
      ['/aliases', { id: 'fast', model: 'acme/small' }, { model: 'acme/big' }],
      ['/templates', { id: 'default', of: 'key', defaults: { models: ['mini'] } }, { atMost: { models: ['mini'] } }],
    ];
    for (const [path, given, change] of kinds) {
      const { id } = given as { id: string };
      const made = await ask('POST', path, { body: given });
      expect([made.status, made.body]).toEqual([201, { ...given, createdAt: T, etag: made.etag?.slice(1, -1) }]);
      expect((await ask('POST', path, { body: given })).status).toBe(409);
      const one = `${path}/${encodeURIComponent(id)}`;
      expect((await ask('GET', one)).body).toMatchObject(given);
      expect((await ask('PATCH', one, { body: change, ifMatch: made.etag! })).body).toMatchObject(change);
      expect((await ask('GET', path)).body['data']).toMatchObject([{ id }]);
    }
    for (const [path, given] of [...kinds].reverse()) {
      const one = `${path}/${encodeURIComponent((given as { id: string }).id)}`;
      expect((await ask('DELETE', one, { ifMatch: '*' })).status).toBe(204);
      expect((await ask('GET', one)).status).toBe(404);
    }
  });

  it('takes members into a team one by one', async () => {
    const { ask } = await start(host, make());
    await ask('POST', '/teams', { body: { id: 'research' } });
    expect(
      (await ask('PUT', '/teams/research/members/ann', { body: { role: 'admin' }, ifMatch: '*' })).body['members'],
    ).toEqual({ ann: 'admin' });
    expect(
      (await ask('PUT', '/teams/research/members/bob', { body: { role: 'boss' }, ifMatch: '*' })).body['error'],
    ).toMatchObject({ param: 'role' });
    await ask('PUT', '/teams/research/members/bob', { body: { role: 'member' }, ifMatch: '*' });
    expect((await ask('DELETE', '/teams/research/members/ann', { ifMatch: '*' })).body['members']).toEqual({
      bob: 'member',
    });
    expect((await ask('DELETE', '/teams/research/members/ann', { ifMatch: '*' })).status).toBe(404);
  });

  it('lists in pages of any size, each item once', async () => {
    const { ask } = await start(host, make());
    const ids = Array.from({ length: 130 }, (_, index) => `u${String(index).padStart(3, '0')}`);
    for (const id of ids) await ask('POST', '/users', { body: { id } });
    for (const limit of [1, 7, 100]) {
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const page = await ask('GET', `/users?limit=${limit}${next === undefined ? '' : `&cursor=${next}`}`);
        expect(page.body['data'].length).toBeLessThanOrEqual(limit);
        seen.push(...page.body['data'].map((one: { id: string }) => one.id));
        next = page.body['next'];
      } while (next !== undefined);
      expect(seen).toEqual(ids);
    }
  });

  it('goes on behind an item that was removed meanwhile', async () => {
    const { ask } = await start(host, make());
    for (const id of ['a', 'b', 'c', 'd']) await ask('POST', '/users', { body: { id } });
    const { body } = await ask('GET', '/users?limit=2');
    await ask('DELETE', '/users/b', { ifMatch: '*' });
    const rest = await ask('GET', `/users?limit=2&cursor=${body['next']}`);
    expect(rest.body['data'].map((one: { id: string }) => one.id)).toEqual(['c', 'd']);
  });

  it('tells who changed what, without secrets', async () => {
    const { ask, changes } = await start(host, make());
    const { body } = await ask('POST', '/keys', { body: { name: 'one' } });
    await ask('POST', `/keys/${body['id']}/rotate`, { ifMatch: '*' });
    await ask('DELETE', `/keys/${body['id']}`, { ifMatch: '*' });
    expect(changes.map(({ action, by, id }) => [action, by, id])).toEqual(
      ['key.issue', 'key.rotate', 'key.delete'].map((action) => [action, 'admin', body['id']]),
    );
    const { body: audit } = await ask('GET', '/audit', { who: 'viewer' });
    expect(audit['data'].map((entry: { action: string }) => entry.action)).toEqual([
      'key.delete',
      'key.rotate',
      'key.issue',
    ]);
    expect(audit['data'][1]).toMatchObject({
      at: T,
      by: 'admin',
      kind: 'key',
      id: body['id'],
      before: { name: 'one' },
      after: { name: 'one', previous: { until: T + 86_400_000 } },
    });
    expect(JSON.stringify(audit)).not.toMatch(/[0-9a-f]{64}/);
    const first = await ask('GET', '/audit?limit=1');
    const second = await ask('GET', `/audit?limit=1&cursor=${first.body['next']}`);
    expect(second.body['data'][0].action).toBe('key.rotate');
  });

  it('lets nobody in whom the host does not know, and viewers change nothing', async () => {
    const { ask, changes } = await start(host, make());
    for (const path of ['/keys', '/users', '/spend', '/audit', '/openapi.json', '/nothing', '/me'])
      expect((await ask('GET', path, { who: '' })).status).toBe(401);
    expect((await ask('POST', '/keys', { who: 'viewer', body: {} })).status).toBe(403);
    expect((await ask('POST', '/users', { who: 'viewer', body: { id: 'ann' } })).status).toBe(403);
    expect((await ask('GET', '/keys', { who: 'viewer' })).status).toBe(200);
    expect(changes).toEqual([]);
  });

  it('lets the admin of a team have its keys, and no others', async () => {
    const { ask } = await start(host, make());
    const ann = 'user ann';
    await ask('POST', '/organisations', { body: { id: 'acme', admins: ['root'] } });
    await ask('POST', '/organisations', { body: { id: 'other' } });
    await ask('POST', '/users', { body: { id: 'bob' } });
    await ask('POST', '/users', { body: { id: 'eve' } });
    await ask('POST', '/teams', {
      body: { id: 'research', organisation: 'acme', members: { ann: 'admin', bob: 'member' } },
    });
    await ask('POST', '/teams', { body: { id: 'sales', organisation: 'acme' } });
    const issue = (who: string, body: object) => ask('POST', '/keys', { who, body });
    const mine = await issue(ann, { team: 'research' });
    expect(mine.status).toBe(201);
    expect((await issue('user root', { team: 'sales' })).status).toBe(201);
    const refused = [
      await issue(ann, {}),
      await issue(ann, { team: 'sales' }),
      await issue(ann, { team: 'research', organisation: 'other' }),
      await issue(ann, { team: 'research', user: 'eve' }),
      await issue('user bob', { team: 'research' }),
      await issue('user __proto__', { team: 'research' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    const path = `/keys/${mine.body['id']}`;
    expect((await ask('PATCH', path, { who: ann, body: { user: 'bob' }, ifMatch: '*' })).status).toBe(200);
    expect((await ask('PATCH', path, { who: ann, body: { team: 'sales' }, ifMatch: '*' })).status).toBe(403);
    expect((await ask('PATCH', path, { who: ann, body: { team: null }, ifMatch: '*' })).status).toBe(403);
    expect((await ask('GET', path, { who: 'user bob' })).status).toBe(200);
    expect((await ask('GET', path, { who: 'user eve' })).status).toBe(404);
    for (const action of ['block', 'unblock', 'rotate']) {
      expect((await ask('POST', `${path}/${action}`, { who: 'user bob', ifMatch: '*' })).status).toBe(403);
      expect((await ask('POST', `${path}/${action}`, { who: ann, ifMatch: '*' })).status).toBe(200);
    }
    expect((await ask('GET', '/keys', { who: ann })).status).toBe(403);
    expect((await ask('GET', '/keys?team=research', { who: ann })).body['data']).toHaveLength(1);
    expect((await ask('GET', '/keys?team=sales', { who: ann })).status).toBe(403);
    expect((await ask('GET', '/spend?scope=team:research', { who: ann })).status).toBe(200);
    expect((await ask('GET', '/spend?scope=team:sales', { who: ann })).status).toBe(403);
    expect((await ask('GET', '/users', { who: ann })).status).toBe(403);
    expect((await ask('DELETE', path, { who: 'user bob', ifMatch: '*' })).status).toBe(403);
    expect((await ask('DELETE', path, { who: ann, ifMatch: '*' })).status).toBe(204);
  });

  it('fills what is absent from a template, and refuses what goes beyond it, also later', async () => {
    const { ask } = await start(host, make(), { templates: { key: 'default' } });
    await ask('POST', '/teams', { body: { id: 'research', members: { ann: 'admin' } } });
    const day = { counts: 'usd', max: '5', per: 'day' };
    const defaults = { models: ['mini'], limits: [{ ...day, max: '1' }] };
    const atMost = { models: ['mini', 'acme/*'], limits: [day], lifetime: 86_400_000 };
    await ask('POST', '/templates', { body: { id: 'default', of: 'key', defaults, atMost } });
    const expires = T + 1_000;
    const issue = (body: object) =>
      ask('POST', '/keys', { who: 'user ann', body: { team: 'research', expires, ...body } });
    const made = await issue({});
    expect(made.body).toMatchObject({ ...defaults, template: 'default' });
    expect((await issue({ models: ['acme/big*'], limits: [day] })).status).toBe(201);
    const refused: readonly (readonly [object, string])[] = [
      [{ models: ['mini', 'max'] }, 'models.1'],
      [{ models: ['acme*'] }, 'models.0'],
      [{ models: ['*'] }, 'models.0'],
      [{ limits: [] }, 'limits'],
      [{ limits: [{ ...day, max: 5.000000001 }] }, 'limits.0.max'],
      [{ limits: [{ ...day, soft: true }] }, 'limits'],
      [{ limits: [{ ...day, per: 'month' }] }, 'limits'],
      [{ limits: [{ ...day, rollover: true }] }, 'limits.0.max'],
      [{ expires: T + 86_400_001 }, 'expires'],
    ];
    for (const [body, param] of refused)
      expect((await issue(body)).body['error']).toMatchObject({ code: 'beyond_template', param });
    const path = `/keys/${made.body['id']}`;
    const patch = (body: object, who = 'user ann') => ask('PATCH', path, { who, body, ifMatch: '*' });
    expect((await patch({ models: null })).body['error']).toMatchObject({ code: 'beyond_template', param: 'models' });
    expect((await patch({ expires: null })).body['error']).toMatchObject({ code: 'beyond_template', param: 'expires' });
    expect((await patch({ template: null })).status).toBe(403);
    expect((await patch({ template: null, models: null }, 'admin')).status).toBe(200);
  });

  it('refuses what is no request for it', async () => {
    const { ask, url, changes } = await start(host, make());
    const errorOf = async (answer: Promise<Answered>) => {
      const { status, body } = await answer;
      return [status, body['error']?.code];
    };
    expect(await errorOf(ask('POST', '/keys', { body: '{' }))).toEqual([400, 'invalid_json']);
    expect(await errorOf(ask('POST', '/keys', { body: '[]' }))).toEqual([400, 'invalid_request']);
    expect(await errorOf(ask('POST', '/keys'))).toEqual([400, 'invalid_request']);
    expect(await errorOf(ask('POST', '/keys', { body: `{"name":"${'x'.repeat(300_000)}"}` }))).toEqual([
      413,
      'body_too_large',
    ]);
    expect(await errorOf(ask('POST', '/keys', { body: `{"metadata":${'['.repeat(50)}${']'.repeat(50)}}` }))).toEqual([
      400,
      'body_too_deep',
    ]);
    expect(await errorOf(ask('GET', '/nothing'))).toEqual([404, 'not_found']);
    expect(await errorOf(ask('GET', '/users/%E0%A4%A'))).toEqual([404, 'not_found']);
    const put = await ask('PUT', '/keys', { body: {} });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    for (const cursor of ['nonsense', 'AAAA', '%00', "' OR 1=1 --", 'x'.repeat(5_000)])
      expect(await errorOf(ask('GET', `/users?cursor=${encodeURIComponent(cursor)}`))).toEqual([400, 'invalid_cursor']);
    for (const id of ['a', 'b']) await ask('POST', '/users', { body: { id } });
    const { body } = await ask('GET', '/users?limit=1');
    expect(await errorOf(ask('GET', `/keys?cursor=${body['next']}`))).toEqual([400, 'invalid_cursor']);
    for (const query of ['limit=0', 'limit=101', 'limit=-1', 'limit=x', 'cursor=', 'colour=red', 'limit=1&limit=2'])
      expect(await errorOf(ask('GET', `/users?${query}`))).toEqual([400, 'invalid_request']);
    const plain = await fetch(`${url}/keys`, {
      method: 'POST',
      headers: { 'x-who': 'admin', 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(plain.status).toBe(415);
    const untyped = await fetch(`${url}/keys`, {
      method: 'POST',
      headers: { 'x-who': 'admin' },
      body: new TextEncoder().encode('{}'),
    });
    expect(untyped.status).toBe(415);
    expect(changes.map(({ action }) => action)).toEqual(['user.create', 'user.create']);
  });

  it('tells the owner of a key what it allows and what was spent', async () => {
    const { ask, store } = await start(host, make());
    const { body } = await ask('POST', '/keys', { body: { models: ['mini'] } });
    const record = (attempt: string, startedAt: number) =>
      ({
        attempt,
        request: attempt,
        startedAt,
        endedAt: startedAt,
        scopes: [`caller:${body['id']}`],
        caller: body['id'],
        operation: 'chat',
        modelAsked: 'mini',
        modelServed: 'acme/mini',
        provider: 'acme',
        deployment: 'mini#0',
        outcome: 'ok',
        cost: '1500000',
      }) as const;
    await store.ledger.append([record('a', T - 1), record('b', T)], { now: T, deadline: T + 1_000 });
    const me = await ask('GET', '/me', { who: '', headers: { 'x-api-key': body['key'] } });
    expect(me.body).toMatchObject({
      id: body['id'],
      models: ['mini'],
      spend: { day: { usd: '0.0015', attempts: 1, since: '2026-01-01T00:00:00.000Z' }, month: { usd: '0.0015' } },
    });
    expect(JSON.stringify(me.body)).not.toContain('hash');
    for (const key of [`${body['key'].slice(0, -1)}x`, 'psk_', body['key'].replace(/_[0-9a-f]{4}/, '_0000')])
      expect((await ask('GET', '/me', { headers: { 'x-api-key': key } })).status).toBe(401);
  });
});

describe('who may ask', () => {
  it('is nobody without a decision of the host', () => {
    expect(() => adminRouter(memoryStore(), {} as never)).toThrow(TypeError);
    expect(() =>
      adminRouter({ handle: () => undefined, events: { on: () => () => {} } } as never, { authorize }),
    ).toThrow(/store/);
  });

  it.each([
    {},
    { actor: '', role: 'admin' },
    { actor: 'x', role: 'root' },
    { actor: 'x', role: 'user' },
    'admin',
    true,
  ])('is not %j', async (who) => {
    const admin = adminRouter(memoryStore(), { authorize: () => who as unknown as Identity });
    expect((await admin.fetch(new Request('http://x/keys'))).status).toBe(401);
  });

  it('is nobody when the host fails to tell', async () => {
    const failures: unknown[] = [];
    const authorize = () => Promise.reject(new Error('session store is away'));
    const admin = adminRouter(memoryStore(), { authorize, onError: (error) => failures.push(error) });
    const response = await admin.fetch(new Request('http://x/keys'));
    expect([response.status, await response.text()]).toEqual([401, expect.not.stringContaining('session')]);
    expect(failures).toHaveLength(1);
  });

  it('learns nothing of what fails inside', async () => {
    const store = memoryStore();
    const failures: unknown[] = [];
    const entities = { ...store.entities, list: () => Promise.reject(new Error('password=hunter2')) };
    const admin = adminRouter({ ...store, entities } as Store, {
      authorize: () => ({ actor: 'a', role: 'admin' }),
      onError: (error) => failures.push(error),
    });
    const response = await admin.fetch(new Request('http://x/ai/keys'), { prefix: '/ai' });
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: { code: 'internal', message: expect.not.stringContaining('hunter2') } },
    ]);
    expect(failures).toHaveLength(1);
  });
});
