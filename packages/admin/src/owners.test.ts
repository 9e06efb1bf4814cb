import { memoryStore, type Store } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../test/kit/sqlite-store.ts';
import {
  type AdminOptions,
  adminRouter,
  createRecord,
  issueKey,
  removeMember,
  rotateKey,
  setMember,
  updateKey,
} from './index.ts';

const T = 1_767_225_600_000;
const clock = { now: () => T };

function over(store: Store, more: Partial<AdminOptions> = {}) {
  const admin = adminRouter(store, {
    clock,
    authorize: (request) => {
      const user = request.header('x-user');
      return user === undefined ? { actor: 'root', role: 'admin' } : { actor: user, role: 'user', user };
    },
    ...more,
  });
  return async (method: string, path: string, body?: unknown, user?: string) => {
    const response = await admin.fetch(
      new Request(`http://x${path}`, {
        method,
        headers: {
          'if-match': '*',
          ...(user === undefined ? {} : { 'x-user': user }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: JSON of many forms, looked at by tests
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, any> };
  };
}

const stores: readonly (readonly [string, () => Store])[] = [
  ['the memory store', () => memoryStore()],
  ['SQLite', () => openStore()],
];

describe.each(stores)('the admin of a team, over %s', (_, make) => {
  it('can count a key for no tag that it did not have', async () => {
    const store = make();
    const ask = over(store);
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'team', 'red', { members: { ann: 'admin' } });
    expect((await ask('POST', '/keys', { team: 'red', tags: ['sales'] }, 'ann')).body['error']).toMatchObject({
      code: 'forbidden',
      param: 'tags',
    });
    const { id } = await issueKey(context, { team: 'red', tags: ['ci', 'eu'] });
    const patch = async (tags: unknown) => (await ask('PATCH', `/keys/${id}`, { tags }, 'ann')).status;
    expect(await patch(['ci', 'eu', 'sales'])).toBe(403);
    expect(await patch(['sales'])).toBe(403);
    expect((await ask('PATCH', `/keys/${id}`, { name: 'x' }, 'ann')).status).toBe(200);
    expect(await patch(['ci'])).toBe(200);
    expect(await patch(['ci', 'eu'])).toBe(403);
    expect((await ask('PATCH', `/keys/${id}`, { tags: ['sales'] })).status).toBe(200);
  });

  it('has no say while it is blocked', async () => {
    const store = make();
    const ask = over(store);
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'organisation', 'acme', { admins: ['bob'] });
    await createRecord(context, 'team', 'red', { organisation: 'acme', members: { ann: 'admin' } });
    for (const user of ['ann', 'bob']) {
      const { body } = await ask('POST', '/keys', { team: 'red' }, user);
      await createRecord(context, 'user', user, { blocked: true });
      expect((await ask('POST', '/keys', { team: 'red' }, user)).status).toBe(403);
      expect((await ask('POST', `/keys/${body['id']}/rotate`, undefined, user)).status).toBe(404);
      expect((await ask('GET', '/keys?team=red', undefined, user)).status).toBe(403);
      expect((await ask('GET', '/spend?scope=team:red', undefined, user)).status).toBe(403);
    }
  });

  it('deletes no key that left the team meanwhile', async () => {
    const store = make();
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'team', 'red', { members: { ann: 'admin' } });
    await createRecord(context, 'team', 'blue', {});
    const { id } = await issueKey(context, { team: 'red' });
    let reads = 0;
    const { entities } = store;
    const racing = {
      get: async (...given: Parameters<typeof entities.get>) => {
        // What was looked at to authorise has changed when it comes to deleting.
        if (given[0] === 'key' && ++reads === 2) await updateKey(context, id, { team: 'blue' });
        return entities.get(...given);
      },
      put: entities.put.bind(entities),
      delete: entities.delete.bind(entities),
      list: entities.list.bind(entities),
      audit: entities.audit.bind(entities),
    };
    const ask = over({
      limits: store.limits,
      ledger: store.ledger,
      entities: racing,
      shared: (...given) => store.shared(...given),
      flush: () => store.flush(),
      close: () => store.close(),
    });
    expect((await ask('DELETE', `/keys/${id}`, undefined, 'ann')).status).toBe(403);
    expect(await entities.get('key', id, { now: T, deadline: T + 1_000 })).toBeDefined();
  });
});

describe.each(stores)('what is still named, over %s', (_, make) => {
  it('is not deleted unless it is forced', async () => {
    const store = make();
    const ask = over(store, { templates: { user: 'hosts' } });
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'template', 'keys', { of: 'key', atMost: { groups: ['late'] } });
    await createRecord(context, 'template', 'hosts', { of: 'user' });
    for (const group of ['cheap', 'late']) await createRecord(context, 'access-group', group, { models: ['mini'] });
    await createRecord(context, 'organisation', 'acme', { admins: ['root'] });
    await createRecord(context, 'team', 'red', { organisation: 'acme', members: { bob: 'member' } });
    for (const user of ['ann', 'bob', 'root', 'free']) await createRecord(context, 'user', user, {});
    // More than a page of keys comes before the one that names.
    for (let count = 0; count < 150; count++) await issueKey(context, {});
    const key = await issueKey(context, { user: 'ann', team: 'red', groups: ['cheap'] });
    await ask('PATCH', '/templates/keys', { atMost: { groups: ['late', 'cheap'] } });
    await updateKey(context, key.id, { template: 'keys' });
    const named = ['/users/ann', '/users/bob', '/users/root', '/teams/red', '/organisations/acme'];
    named.push('/access-groups/cheap', '/access-groups/late', '/templates/keys', '/templates/hosts');
    for (const path of named) {
      const refused = await ask('DELETE', path);
      expect([path, refused.status, refused.body['error']?.code]).toEqual([path, 409, 'in_use']);
      expect((await ask('GET', path)).status).toBe(200);
    }
    expect((await ask('DELETE', '/teams/red?force=yes')).status).toBe(400);
    expect((await ask('DELETE', '/users/free')).status).toBe(204);
    for (const path of named) expect((await ask('DELETE', `${path}?force=true`)).status).toBe(204);
    expect((await ask('DELETE', '/teams/red')).status).toBe(404);
  });
});

describe('a template', () => {
  it('that was tightened or is gone stands in nobody’s way who blocks or ends a key', async () => {
    const store = memoryStore();
    const ask = over(store);
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'template', 'wide', { of: 'key', atMost: { models: ['mini', 'max'] } });
    const { id } = await issueKey(context, { template: 'wide', models: ['max'] });
    await ask('PATCH', '/templates/wide', { atMost: { models: ['mini'], lifetime: 60_000 } });
    const code = async (change: object) => (await ask('PATCH', `/keys/${id}`, change)).body['error']?.code;
    expect((await ask('POST', `/keys/${id}/block`)).status).toBe(200);
    expect(await code({ expires: T + 1_000 })).toBeUndefined();
    expect(await code({ expires: null })).toBe('beyond_template');
    expect(await code({ models: ['max', 'mini'] })).toBe('beyond_template');
    expect(await code({ template: 'wide' })).toBe('beyond_template');
    await ask('DELETE', '/templates/wide?force=true');
    expect((await ask('POST', `/keys/${id}/unblock`)).status).toBe(200);
    expect((await ask('POST', `/keys/${id}/block`)).status).toBe(200);
    expect(await code({ models: ['mini'] })).toBe('invalid_request');
  });

  it('bounds what is added to a limit for a time', async () => {
    const context = { entities: memoryStore().entities, by: 'root', clock };
    const day = { counts: 'usd', per: 'day' } as const;
    const until = '2026-02-01T00:00:00Z';
    const plain = { ...day, max: 5 };
    await createRecord(context, 'template', 'plain', { of: 'key', atMost: { limits: [plain] } });
    const raised = { ...plain, increase: { by: '2.5', until } };
    await createRecord(context, 'template', 'raised', { of: 'key', atMost: { limits: [raised] } });
    const issue = (template: string, max: number, by: number, end = until) =>
      issueKey(context, { template, limits: [{ ...day, max, increase: { by, until: end } }] });
    const { record } = await issue('plain', 3, 2);
    expect(record.limits).toEqual([{ ...day, max: 3, increase: { by: 2, until } }]);
    await issue('raised', 5, 2.5);
    await issue('raised', 1, 4, '2999-01-01T00:00:00Z');
    for (const refused of [
      issue('plain', 5, 0.000000001),
      issue('plain', 0, 9_000_000),
      issue('raised', 5, 2.500000001),
      issue('raised', 5, 1, '2026-02-01T00:00:01Z'),
      issue('raised', 6, 0),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'beyond_template', param: 'limits.0.max' });
  });

  it.each([
    [{ by: -1, until: '2026-02-01T00:00:00Z' }, 'limits.0.increase'],
    [{ by: 1.5, until: '2026-02-01T00:00:00Z' }, 'limits.0.increase'],
    [{ by: 2 ** 53 - 2, until: '2026-02-01T00:00:00Z' }, 'limits.0.increase'],
    [{ by: 1, until: 'tomorrow' }, 'limits.0.increase.until'],
    [{ by: 1, until: '2026-13-45T00:00:00Z' }, 'limits.0.increase.until'],
    [{ by: 1 }, 'limits.0.increase.until'],
    [{ by: 1, until: '2026-02-01T00:00:00Z', from: 1 }, 'limits.0.increase'],
  ])('is not asked for what is no increase: %j', async (increase, param) => {
    const context = { entities: memoryStore().entities, by: 'root', clock };
    const limits = [{ counts: 'requests', max: 10, increase }];
    await expect(issueKey(context, { limits } as never)).rejects.toMatchObject({
      status: 400,
      param: expect.stringContaining(param.split('.until')[0] as string),
    });
  });
});

describe('a record that was written by hand', () => {
  it('can be blocked whatever else stands in it', async () => {
    const store = memoryStore();
    const ask = over(store);
    const { id } = await issueKey({ entities: store.entities, by: 'root' }, {});
    const call = { now: T, deadline: T + 1_000 };
    const { etag, value } = (await store.entities.get('key', id, call))!;
    const odd = { ...(value as object), tags: ['no tag at all'], limits: 'none' };
    await store.entities.put('key', id, odd, etag, { at: T, by: 'hand', action: 'odd' }, call);
    expect((await ask('POST', `/keys/${id}/block`)).body).toMatchObject({ blocked: true, tags: ['no tag at all'] });
  });
});

describe('a list with a filter', () => {
  it('has no empty page in front of what it has', async () => {
    const store = memoryStore();
    const ask = over(store);
    const context = { entities: store.entities, by: 'root', clock };
    await createRecord(context, 'team', 'red', {});
    for (let count = 0; count < 2_500; count++) {
      const id = count.toString(16).padStart(16, '0');
      const audit = { at: T, by: 'hand', action: 'put' };
      await store.entities.put('key', id, { hash: '', createdAt: T }, undefined, audit, {
        now: T,
        deadline: T + 1_000,
      });
    }
    const last = { hash: '', createdAt: T, team: 'red' };
    const audit = { at: T, by: 'hand', action: 'put' };
    await store.entities.put('key', 'f'.repeat(16), last, undefined, audit, { now: T, deadline: T + 1_000 });
    const { body } = await ask('GET', '/keys?team=red');
    expect(body['data'].map(({ id }: { id: string }) => id)).toEqual(['f'.repeat(16)]);
    expect(body).not.toHaveProperty('next');
  });
});

describe('members of a team', () => {
  it('are names, whatever JavaScript knows under them, and are counted', async () => {
    const { entities } = memoryStore();
    const context = { entities, by: 'root', clock };
    const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`u${index}`, 'member' as const]));
    await createRecord(context, 'team', 'red', { members });
    await expect(removeMember(context, 'red', 'constructor')).rejects.toMatchObject({ code: 'not_found' });
    await expect(setMember(context, 'red', 'one-more', 'member')).rejects.toMatchObject({ param: 'user' });
    await setMember(context, 'red', 'u5', 'admin');
    await removeMember(context, 'red', 'u6');
    await setMember(context, 'red', 'constructor', 'member');
    await removeMember(context, 'red', 'constructor');
  });

  it('may rotate what was issued, once each', async () => {
    const { entities } = memoryStore();
    const context = { entities, by: 'root', clock };
    const { id, etag } = await issueKey(context, {});
    const both = await Promise.allSettled([rotateKey(context, id, { etag }), rotateKey(context, id, { etag })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('ids', () => {
  it.each(['auth0|5f7c8ec7', 'ann+ci@example.com', 'spiffe://acme/ns/web', 'a=b~c', '../x'])(
    'that identity providers give can be read, blocked and asked for: %s',
    async (id) => {
      const store = memoryStore();
      const ask = over(store);
      // As the gateway makes it, when the host names somebody for the first time.
      const audit = { at: T, by: 'gateway', action: 'user.create' };
      await store.entities.put('user', id, { createdAt: T }, undefined, audit, { now: T, deadline: T + 1_000 });
      const path = `/users/${encodeURIComponent(id)}`;
      expect((await ask('PATCH', path, { blocked: true })).body).toMatchObject({ id, blocked: true });
      expect((await ask('GET', path, undefined, id)).body).toMatchObject({ id });
      expect((await ask('GET', `/spend?scope=${encodeURIComponent(`user:${id}`)}`, undefined, id)).status).toBe(200);
      expect((await ask('POST', '/keys', { user: id })).status).toBe(201);
      expect((await ask('GET', `/keys?user=${encodeURIComponent(id)}`, undefined, id)).body['data']).toHaveLength(1);
    },
  );
});
