import { type Entities, memoryStore, type Store } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../test/kit/sqlite-store.ts';
import { adminRouter, bearerSecret, createRecord, type Identity, issueKey, rotateKey } from './index.ts';

interface Spied {
  readonly store: Store;
  /** Ids and values that were written. */
  readonly writes: { readonly id: string; readonly value: unknown }[];
  /** Ids and cursors that the store was asked for. */
  readonly asked: string[];
}

/** A store that tells what is asked of it. */
function spied(inner: Store): Spied {
  const writes: Spied['writes'] = [];
  const asked: string[] = [];
  const { entities, ledger } = inner;
  const spy: Entities = {
    get(kind, id, call) {
      asked.push(id);
      return entities.get(kind, id, call);
    },
    put(kind, id, value, etag, audit, call) {
      writes.push({ id, value });
      return entities.put(kind, id, value, etag, audit, call);
    },
    delete(kind, id, etag, audit, call) {
      writes.push({ id, value: undefined });
      return entities.delete(kind, id, etag, audit, call);
    },
    list(kind, cursor, call) {
      if (cursor !== undefined) asked.push(cursor);
      return entities.list(kind, cursor, call);
    },
    audit(cursor, call) {
      if (cursor !== undefined) asked.push(cursor);
      return entities.audit(cursor, call);
    },
  };
  const store: Store = {
    limits: inner.limits,
    ledger: {
      append: (...given) => ledger.append(...given),
      totals: (...given) => ledger.totals(...given),
      purge: (...given) => ledger.purge(...given),
      list(filter, cursor, call) {
        asked.push(...Object.values(filter).map(String), ...(cursor === undefined ? [] : [cursor]));
        return ledger.list(filter, cursor, call);
      },
    },
    entities: spy,
    shared: (...given) => inner.shared(...given),
    flush: () => inner.flush(),
    close: () => inner.close(),
  };
  return { store, writes, asked };
}

const admin: Identity = { actor: 'admin', role: 'admin' };

function apiOver(store: Store, who: Identity = admin) {
  const router = adminRouter(store, { authorize: () => who });
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init: RequestInit = {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await router.fetch(new Request(`http://x${path}`, init));
    const text = await response.text();
    return { status: response.status, error: text.startsWith('{') ? JSON.parse(text).error : undefined };
  };
}

const stores: readonly (readonly [string, () => Store])[] = [
  ['the memory store', () => memoryStore()],
  ['SQLite', () => openStore()],
];

/** 500 texts that would do something if they ever became SQL, JSON, a script or a path. */
const HEADS = [
  "'",
  '"',
  '`',
  ']',
  "\\'",
  "';",
  "')",
  '"}',
  '\\',
  '%',
  '?1',
  ':a;',
  '$a',
  '--',
  '/*',
  '#',
  '<',
  '{',
  '(',
  '&',
];
const TAILS = [
  '; DROP TABLE entities; --',
  ' OR 1=1 --',
  ' UNION SELECT value FROM entities --',
  "; ATTACH DATABASE '/tmp/x' AS x; --",
  '; PRAGMA writable_schema = 1; --',
  '; SELECT pg_sleep(10); --',
  ' || load_extension("x") || ',
  '*/ DELETE FROM entities /*',
  "', 'x'), ('y",
  '%_\\%',
  '{"$ne":null}',
  '$.hash',
  ' COLLATE NOCASE',
  "x'00'",
  ' LIMIT 1e999',
  '<script>alert(1)</script>',
  '%2e%2e/etc/passwd',
  '{jndi:ldap://x}',
  '; redis.call("FLUSHALL")',
  '|| chr(65) ||',
  ' AND 1=(SELECT 1)',
  '; EXEC xp_cmdshell("x")',
  ' RETURNING *',
  "'||(SELECT version())||'",
  ' 9007199254740993',
];
const TEXTS = HEADS.flatMap((head) => TAILS.map((tail) => head + tail));

describe.each(stores)('texts that look like SQL, over %s', (_, make) => {
  it('are refused wherever a name has a form, before anything is asked for them', { timeout: 120_000 }, async () => {
    expect(new Set(TEXTS).size).toBe(500);
    const { store, writes, asked } = spied(make());
    const ask = apiOver(store);
    for (const text of TEXTS) {
      const path = encodeURIComponent(text);
      const answers = [
        await ask('POST', '/users', { id: text }),
        await ask('POST', '/keys', { user: text }),
        await ask('POST', '/keys', { team: text, organisation: text, template: text }),
        await ask('POST', '/keys', { models: [text], groups: [text], tags: [text] }),
        await ask('POST', '/keys', { aliases: { [text]: 'a' }, router: { fallbacks: [text] } }),
        await ask('POST', '/keys', { limits: [{ counts: text, max: text, per: text, timeZone: text, model: text }] }),
        await ask('POST', '/keys', { [text]: text }),
        await ask('POST', '/keys', { expires: text }),
        await ask('POST', '/teams', { id: 'a', members: { [text]: 'admin' } }),
        await ask('POST', '/aliases', { id: text, model: text }),
        await ask('GET', `/users/${path}`),
        await ask('GET', `/keys/${path}`),
        await ask('GET', `/keys?team=${path}`),
        await ask('GET', `/users?cursor=${path}`),
        await ask('GET', `/audit?cursor=${path}`),
        await ask('GET', `/spend/attempts?scope=${path}`),
        await ask('GET', `/spend/attempts?model=${path}`),
        await ask('GET', `/spend?by=${path}`),
        await ask('PATCH', '/users/ann', { team: text }, { 'if-match': '*' }),
        await ask('PUT', `/teams/research/members/${path}`, { role: 'admin' }, { 'if-match': '*' }),
      ];
      expect(answers.map(({ status }) => status).filter((status) => status < 400 || status >= 500)).toEqual([]);
    }
    expect(writes).toEqual([]);
    expect(asked.filter((text) => TEXTS.some((hostile) => text.includes(hostile)))).toEqual([]);
  });

  it('change nothing in a header', async () => {
    const { store, writes } = spied(make());
    const ask = apiOver(store);
    for (const text of TEXTS) {
      const change = await ask('PATCH', '/users/ann', { name: 'x' }, { 'if-match': text });
      expect([400, 404, 412]).toContain(change.status);
      const me = await ask('GET', '/me', undefined, { 'x-api-key': `psk_${text}` });
      expect(me.status).toBe(401);
    }
    expect(writes).toEqual([]);
  });

  it('are nothing but texts where any text may stand', async () => {
    const { store, writes } = spied(make());
    const context = { entities: store.entities, by: 'admin' };
    for (const [index, text] of TEXTS.entries()) {
      const given = { name: text, metadata: { [text]: text } };
      const user = await createRecord(context, 'user', `u${index}`, given);
      expect(user.record).toMatchObject(given);
      expect(writes.at(-1)?.value).toMatchObject(given);
    }
  });
});

/** What stands in a body, and the field that the answer names. */
const BAD: readonly (readonly [body: object, param: string])[] = [
  [{ limits: [{ counts: 'requests', max: -1 }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: 1.5 }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: 2 ** 53 }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: '10' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: null }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: Number.NaN }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests', max: Number.POSITIVE_INFINITY }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'requests' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: '-1' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: '0.0000000001' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: 1e-10 }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: '1e3' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: '99999999' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'usd', max: 'NaN' }] }, 'limits.0.max'],
  [{ limits: [{ counts: 'dollars', max: 1 }] }, 'limits.0.counts'],
  [{ limits: [{ counts: 'usd', max: 1, per: 'year' }] }, 'limits.0.per'],
  [{ limits: [{ counts: 'usd', max: 1, per: { rolling: '0s' } }] }, 'limits.0.per.rolling'],
  [{ limits: [{ counts: 'usd', max: 1, per: { rolling: '900h' } }] }, 'limits.0.per.rolling'],
  [{ limits: [{ counts: 'usd', max: 1, timeZone: 'Mars/Olympus' }] }, 'limits.0.timeZone'],
  [{ limits: [{ counts: 'concurrency', max: 1, per: 'day' }] }, 'limits.0.per'],
  [{ limits: [{ counts: 'usd', max: 1, per: { rolling: '1h' }, rollover: true }] }, 'limits.0.rollover'],
  [{ limits: [{ counts: 'usd', max: 1, scope: 'galaxy:x' }] }, 'limits.0'],
  [{ limits: Array.from({ length: 101 }, () => ({ counts: 'usd', max: 1 })) }, 'limits'],
  [{ limits: {} }, 'limits'],
  [{ metadata: { text: 'x'.repeat(16_384) } }, 'metadata'],
  [{ metadata: { text: 'ä'.repeat(8_192) } }, 'metadata'],
  [{ metadata: { text: '\u0000' } }, 'metadata'],
  [{ metadata: { text: '\ud800' } }, 'metadata'],
  [{ metadata: [] }, 'metadata'],
  [{ name: '' }, 'name'],
  [{ name: 'x'.repeat(201) }, 'name'],
  [{ name: 'a\nb' }, 'name'],
  [{ name: '\ud800' }, 'name'],
  [{ expires: -1 }, 'expires'],
  [{ expires: 1 }, 'expires'],
  [{ expires: 1e300 }, 'expires'],
  [{ user: 'nobody' }, 'user'],
  [{ team: 'nobody' }, 'team'],
  [{ groups: ['nothing'] }, 'groups.0'],
  [{ template: 'nothing' }, 'template'],
  [{ user: 'x'.repeat(129) }, 'user'],
  [{ user: '..' }, 'user'],
  [{ user: '__proto__' }, 'user'],
  [{ models: ['a', 'a'] }, 'models'],
  [{ models: [''] }, 'models.0'],
  [{ models: ['a*b'] }, 'models.0'],
  [{ router: { attempts: 0 } }, 'router.attempts'],
  [{ router: { speed: 1 } }, 'router'],
  [{ hash: 'f'.repeat(64) }, 'body'],
  [{ createdAt: 1 }, 'body'],
  [{ key: 'psk_mine' }, 'body'],
];

describe.each(stores)('what does not fit, over %s', (_, make) => {
  it('is refused with the path of the field, and nothing is written', async () => {
    const { store, writes } = spied(make());
    const context = { entities: store.entities, by: 'admin' };
    for (const [body, param] of BAD) {
      await expect(issueKey(context, body as never)).rejects.toMatchObject({ status: 400, param });
    }
    expect(writes).toEqual([]);
  });

  it('is refused by the API in the same words', async () => {
    const { store, writes } = spied(make());
    const ask = apiOver(store);
    // JSON has no NaN: it writes null.
    for (const [body, param] of BAD)
      expect(await ask('POST', '/keys', body)).toMatchObject({ status: 400, error: { param } });
    expect(writes).toEqual([]);
  });

  it('is a second entity of one id', async () => {
    const { store } = spied(make());
    const context = { entities: store.entities, by: 'admin' };
    await createRecord(context, 'team', 'research', { name: 'first' });
    await expect(createRecord(context, 'team', 'research', { name: 'second' })).rejects.toMatchObject({
      status: 409,
      code: 'already_exists',
    });
    expect((await store.entities.get('team', 'research', { now: 0, deadline: 1_000 }))?.value).toMatchObject({
      name: 'first',
    });
  });

  it('is a grace without an end', async () => {
    const { store, writes } = spied(make());
    const context = { entities: store.entities, by: 'admin' };
    const { id } = await issueKey(context, {});
    for (const grace of [-1, Number.NaN, Number.POSITIVE_INFINITY, 0.5, 1e12])
      await expect(rotateKey(context, id, { grace })).rejects.toMatchObject({ param: 'grace' });
    expect(writes).toHaveLength(1);
  });
});

describe('metadata', () => {
  it('keeps what JSON can hold, up to its size', async () => {
    const { entities } = memoryStore();
    const metadata = { text: 'x'.repeat(16_384 - '{"text":""}'.length) };
    const { record } = await issueKey({ entities, by: 'admin' }, { metadata });
    expect(record.metadata).toEqual(metadata);
    for (const value of [1n, undefined, () => 1, new Date(0), Number.NaN, new Map()])
      await expect(issueKey({ entities, by: 'admin' }, { metadata: { value } })).rejects.toMatchObject({
        param: 'metadata',
      });
  });
});

describe('a secret of the admin API', () => {
  const secret = 'c2f1a0b9d8e7f6a5b4c3d2e1f0a9b8c7';
  const asked = (authorization?: string) => ({
    header: (name: string) => (name === 'authorization' ? authorization : undefined),
  });

  it.each([
    undefined,
    '',
    ' '.repeat(64),
    'changeme',
    'a'.repeat(64),
    secret.slice(1),
    'abababababababababababababababab',
  ])('is not %j', (weak) => {
    expect(() => bearerSecret(weak, admin)).toThrow(TypeError);
  });

  it('lets in who knows it, and nobody else', async () => {
    const authorize = bearerSecret(secret, admin);
    expect(await authorize(asked(`Bearer ${secret}`))).toBe(admin);
    for (const other of [
      undefined,
      '',
      secret,
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(1)}`,
      `Bearer ${secret.toUpperCase()}`,
      'Bearer ',
    ])
      expect(await authorize(asked(other))).toBeUndefined();
  });
});
