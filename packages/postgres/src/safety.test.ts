import type { AttemptRecord, Call, Store } from '@postern/core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../../../test/services/postgres.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { postgresStore } from './store.ts';

const HOUR = 1_767_225_600_000;
const NOW: Call = { now: HOUR, deadline: HOUR + 20_000 };
const audit = { at: HOUR, by: 'admin', action: 'test' };

const record = (attempt: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attempt,
  request: 'request',
  startedAt: HOUR,
  endedAt: HOUR + 5,
  scopes: ['user:ann'],
  caller: 'ann',
  operation: 'chat',
  modelAsked: 'smart',
  modelServed: 'acme/big',
  provider: 'acme',
  deployment: 'smart#0',
  outcome: 'ok',
  ...more,
});

/** 500 texts that mean something in SQL, in JSON, in arrays or in the encoding. */
const INJECTIONS: readonly string[] = (() => {
  const heads = [
    "'",
    '"',
    "''",
    "\\'",
    '`',
    '$1',
    '$$',
    '{}',
    '{"a"}',
    ',',
    '%',
    '\u0000',
    '\ud800',
    '\ue01a0000',
    '--',
    '/*',
    ';',
    'NULL',
    ')',
    '\n',
  ];
  const tails = [
    '; DROP TABLE counter',
    ' OR 1=1',
    '--',
    "' OR ''='",
    '; SELECT pg_sleep(9)',
    '$$; COMMIT',
    ' UNION SELECT 1',
    '}',
    '\\',
    '"]}',
    "E'\\x00'",
    '::int',
    '\u202e',
    '#{x}',
    '%s',
    '\u0000',
    '\udc00',
    ',NULL',
    '(',
    '*/',
    "');",
    '""',
    '@>',
    '||',
    "\\'--",
  ];
  return heads.flatMap((head) => tails.map((tail) => `${head}${tail}`));
})();

describe.skipIf(postgresFolder === undefined)('the PostgreSQL store', () => {
  let server: PostgresServer;
  let client: pg.Client;
  const open: Store[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    client = new pg.Client(server.url);
    await client.connect();
  });
  afterAll(async () => {
    await Promise.all(open.map((store) => store.close()));
    await client.end();
    await server.remove();
  });

  async function storeIn(schema: string): Promise<Store> {
    const store = await postgresStore({ connectionString: server.url, schema, pool: { max: 2 } });
    open.push(store);
    return store;
  }

  it('makes one schema when 8 processes start at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => storeIn('at_once')));
    const { rows } = await client.query('SELECT version FROM at_once.migration ORDER BY version');
    expect(rows).toEqual(migrations.map((_, index) => ({ version: index + 1 })));
  });

  it('leaves a schema as it was when a step fails', async () => {
    await storeIn('failed_step');
    const steps = [...migrations, (schema: string) => `CREATE TABLE ${schema}.half (x int)`, () => 'SELECT nonsense'];
    await expect(migrate(client, '"failed_step"', steps)).rejects.toThrow(/nonsense/);
    const { rows } = await client.query(
      `SELECT to_regclass('failed_step.half') AS half, max(version) AS version FROM failed_step.migration`,
    );
    expect(rows).toEqual([{ half: null, version: migrations.length }]);
  });

  it('does not start on a schema of a newer release', async () => {
    await storeIn('newer');
    await client.query('INSERT INTO newer.migration (version) VALUES (1000)');
    await expect(storeIn('newer')).rejects.toThrow(/version 1000/);
  });

  it.each(['', 'Postern', 'a"b', 'a; DROP', 'pg_mine', 'a'.repeat(64), '1a'])(
    'takes no schema by the name %j',
    async (schema) => {
      await expect(storeIn(schema)).rejects.toThrow(RangeError);
    },
  );

  it('takes 500 hostile texts in every field for text', { timeout: 120_000 }, async () => {
    const { limits, ledger, entities, shared } = await storeIn('hostile');
    expect(INJECTIONS).toHaveLength(500);
    expect(new Set(INJECTIONS).size).toBe(500);
    const map = shared("it's", 1_000);
    const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf16le'));
    await ledger.append(
      INJECTIONS.map((text) =>
        record(text, {
          request: text,
          scopes: [text],
          modelServed: text,
          provider: text,
          deployment: text,
          caller: text,
          usage: { [text]: 1 },
          cost: '3',
        }),
      ),
      NOW,
    );
    for (const text of INJECTIONS) {
      const limit = { id: text, counts: 'requests' as const, max: 1, window: 60_000 };
      const asked = {
        id: text,
        attempt: text,
        scopes: [{ scope: text, limits: [limit] }],
        amounts: { requests: 1 },
        expires: HOUR + 9,
        onExpiry: 'doubt' as const,
      };
      expect(await limits.admit(asked, NOW)).toMatchObject({
        granted: true,
        scopes: [{ scope: text, limit: text, reserved: 1 }],
      });
      expect(await limits.admit({ ...asked, id: `${text} again` }, NOW)).toMatchObject({
        granted: false,
        scope: text,
        limit: text,
      });
      expect((await limits.open(undefined, NOW)).items).toEqual([asked]);
      await limits.settle(text, { requests: 1 }, NOW);
      await map.add(text, bytes(text), 1_000, NOW);
      expect((await map.get(text, NOW))?.value).toEqual(bytes(text));
      const etag = await entities.put(text, text, { [text]: text }, undefined, { ...audit, by: text }, NOW);
      expect(await entities.get(text, text, NOW)).toEqual({ kind: text, id: text, value: { [text]: text }, etag });
      expect(await entities.delete(text, text, text, audit, NOW)).toBe(false);
      const { items } = await ledger.list({ scope: text, model: text, request: text }, undefined, NOW);
      expect(items.map(({ attempt, usage, caller }) => ({ attempt, usage, caller }))).toEqual([
        { attempt: text, usage: { [text]: 1 }, caller: text },
      ]);
      const [total] = await ledger.totals({ scope: text }, ['scope', 'model', 'provider', 'deployment'], NOW);
      expect(total).toEqual({
        by: { scope: text, model: text, provider: text, deployment: text },
        attempts: 1,
        usage: { [text]: 1n },
        cost: 3n,
        unpriced: 0,
      });
    }
  });

  it('writes who changed what with the change, and nothing of changes that were not made', async () => {
    const store = await storeIn('audited');
    const etag = (await store.entities.put('team', 'a', 1, undefined, { ...audit, after: 1 }, NOW)) ?? '';
    await store.entities.put('team', 'a', 2, `${etag}0`, { ...audit, action: 'lost' }, NOW);
    await store.entities.delete('team', 'a', etag, { ...audit, action: 'delete', before: 1 }, NOW);
    expect(await store.entities.audit(undefined, NOW)).toEqual({
      items: [
        { kind: 'team', id: 'a', ...audit, action: 'delete', before: 1 },
        { kind: 'team', id: 'a', ...audit, after: 1 },
      ],
    });
  });

  it('refuses a document that is no JSON', async () => {
    const { entities } = await storeIn('no_json');
    await expect(entities.put('team', 'a', undefined, undefined, audit, NOW)).rejects.toThrow(TypeError);
    await expect(entities.put('team', 'a', { a: 1n }, undefined, audit, NOW)).rejects.toThrow(TypeError);
  });

  it('keeps what a record has beyond the port, counts a cost that it can not read as without price, and leaves out units that are no numbers', async () => {
    const { ledger } = await storeIn('odd_records');
    const odd = { ...record('a', { cost: '1e3', usage: { input: 5, cached: 0.5 } }), tags: ['x'] };
    const free = { ...record('b', { cost: '7', unpriced: true }) };
    const long = record('c', { cost: '9'.repeat(39) });
    const zeros = record('d', { cost: '007' });
    await ledger.append([odd, free, long, zeros], NOW);
    expect((await ledger.list({}, undefined, NOW)).items).toEqual([odd, free, long, zeros]);
    const [total] = await ledger.totals({}, [], NOW);
    expect(total).toEqual({ by: {}, attempts: 4, usage: { input: 5n }, cost: 7n, unpriced: 3 });
  });

  it('appends many batches at once, overlapping ones too, each record once and in an order that no cursor misses', async () => {
    const { ledger } = await storeIn('batches');
    const batch = (from: number) => Array.from({ length: 60 }, (_, index) => record(`a${(from + index) % 200}`));
    await Promise.all(Array.from({ length: 20 }, (_, index) => ledger.append(batch(index * 10), NOW)));
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await ledger.list({}, cursor, NOW);
      seen.push(...items.map(({ attempt }) => attempt));
      if (next === undefined) break;
      cursor = next;
    }
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  });

  it('rejects a cursor that no list gave, and totals by what it does not know', async () => {
    const store = await storeIn('cursors');
    await expect(store.ledger.list({}, "1' OR 1", NOW)).rejects.toThrow(RangeError);
    await expect(store.entities.audit('x', NOW)).rejects.toThrow(RangeError);
    await expect(store.ledger.totals({}, ['cost' as 'day'], NOW)).rejects.toThrow(RangeError);
  });

  it('does nothing for a call whose deadline has passed', async () => {
    const store = await storeIn('too_late');
    const late = { now: HOUR, deadline: HOUR };
    const limit = { id: 'l', counts: 'requests' as const, max: 5, window: 60_000 };
    const asked = {
      id: 'a',
      scopes: [{ scope: 's', limits: [limit] }],
      amounts: { requests: 1 },
      expires: HOUR + 9,
      onExpiry: 'doubt' as const,
    };
    const map = store.shared('m', 5);
    const calls = [
      store.limits.admit(asked, late),
      store.limits.settle('a', {}, late),
      store.ledger.append([record('a')], late),
      store.entities.put('team', 'a', 1, undefined, audit, late),
      map.add('a', new Uint8Array(), 5, late),
    ];
    for (const call of calls) await expect(call).rejects.toThrow(/deadline/);
    expect((await store.limits.open(undefined, NOW)).items).toEqual([]);
    expect((await store.ledger.list({}, undefined, NOW)).items).toEqual([]);
    expect((await store.entities.list('team', undefined, NOW)).items).toEqual([]);
    expect(await map.get('a', NOW)).toBeUndefined();
  });

  it('rejects at its deadline a call that waits for a lock, which counts for nothing, and goes on afterwards', async () => {
    const store = await storeIn('locked');
    const limit = { id: 'l', counts: 'requests' as const, max: 5, window: 60_000 };
    const asked = (id: string) => ({
      id,
      scopes: [{ scope: 's', limits: [limit] }],
      amounts: { requests: 1 },
      expires: HOUR + 9_000,
      onExpiry: 'doubt' as const,
    });
    await store.limits.admit(asked('first'), NOW);
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM locked.counter FOR UPDATE');
    await expect(store.limits.admit(asked('late'), { now: HOUR, deadline: HOUR + 2_000 })).rejects.toThrow();
    await client.query('ROLLBACK');
    expect(await store.limits.admit(asked('next'), NOW)).toMatchObject({ granted: true, scopes: [{ reserved: 2 }] });
  });
});
