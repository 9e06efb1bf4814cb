import type { AttemptRecord, AuditEntry, Call } from '@postern/core';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openStore, temporaryFile } from '../../../test/kit/sqlite-store.ts';

const T = 1_767_225_600_000;
const NOW: Call = { now: T, deadline: T + 60_000 };
const audit: AuditEntry = { at: T, by: 'admin', action: 'test' };

/** 500 texts that would do something if they ever became SQL, JSON or a C string. */
const heads = [
  "'",
  '"',
  '`',
  ']',
  "\\'",
  "'';",
  "')",
  '"}',
  '\\',
  '\0',
  '\ud800',
  'ä',
  '%',
  '?1',
  ':a',
  '@a',
  '$a',
  '--',
  '/*',
  '\n',
];
const tails = [
  '; DROP TABLE attempts; --',
  ' OR 1=1 --',
  ' UNION SELECT sql FROM sqlite_master --',
  "; ATTACH DATABASE '/tmp/x' AS x; --",
  '; PRAGMA writable_schema = 1; --',
  '; VACUUM INTO "/tmp/x"; --',
  ' || load_extension("x") || ',
  '*/ DELETE FROM entities /*',
  "', 'x'), ('y",
  '%_\\%',
  '\u0000tail',
  '\\u0000',
  '\\\\"',
  '$.usage',
  '{"$ne":null}',
  '[0]',
  '\udfff\ud800',
  '__proto__',
  ' COLLATE NOCASE',
  "x'00'",
  ' LIMIT 1e999',
  '\r\n;',
  'NULL',
  '-1',
  '9007199254740993',
];
const TEXTS = heads.flatMap((head) => tails.map((tail) => head + tail));

describe('texts that look like SQL', () => {
  it('are nothing but texts, in every place that takes one', async () => {
    expect(new Set(TEXTS).size).toBe(500);
    const file = temporaryFile();
    const store = openStore({ file });
    const tables = (): unknown => {
      const reader = new Database(file);
      const all = reader.prepare('SELECT sql FROM sqlite_master ORDER BY name').raw().all([]);
      reader.close();
      return all;
    };
    const before = tables();
    const records = TEXTS.map(
      (text, index): AttemptRecord => ({
        attempt: text,
        request: text,
        startedAt: T + index,
        endedAt: T + index,
        scopes: [text],
        caller: text,
        operation: text,
        modelAsked: text,
        modelServed: text,
        provider: text,
        deployment: text,
        outcome: 'ok',
        faultKind: text,
        usage: { [text]: index },
        cost: String(index),
      }),
    );
    await store.ledger.append(records, NOW);
    await store.ledger.append(records, NOW);
    const map = store.shared(TEXTS[0]!, 1_000);
    for (const [index, text] of TEXTS.entries()) {
      for (const filter of [{ scope: text }, { model: text }, { request: text }]) {
        expect((await store.ledger.list(filter, undefined, NOW)).items).toEqual([records[index]]);
      }
      const limit = { id: text, counts: 'tokens', max: 1_000, window: 60_000 } as const;
      const scopes = [{ scope: text, limits: [limit] }];
      const reservation = {
        id: text,
        scopes,
        amounts: { tokens: index },
        expires: T + 1_000,
        onExpiry: 'doubt',
      } as const;
      const [granted, etag, added] = await Promise.all([
        store.limits.admit(reservation, NOW),
        store.entities.put(text, text, { [text]: text }, undefined, { ...audit, by: text }, NOW),
        map.add(text, new TextEncoder().encode(text), 1_000, NOW),
      ]);
      expect(granted).toMatchObject({ granted: true, scopes: [{ scope: text, limit: text, reserved: index }] });
      expect(await store.entities.get(text, text, NOW)).toEqual({
        kind: text,
        id: text,
        value: { [text]: text },
        etag,
      });
      expect((await store.entities.list(text, undefined, NOW)).items.map((entity) => entity.id)).toEqual([text]);
      expect(added).toBe('added');
      expect((await map.get(text, NOW))?.value).toEqual(new TextEncoder().encode(text));
    }
    for (const dimension of ['scope', 'model', 'provider', 'deployment'] as const) {
      const totals = await store.ledger.totals({}, [dimension], NOW);
      expect(totals.map((total) => [total.by[dimension], total.cost])).toEqual(
        TEXTS.map((text, index) => [text, BigInt(index)]),
      );
    }
    const [total] = await store.ledger.totals({}, [], NOW);
    expect(total?.usage).toEqual(Object.fromEntries(TEXTS.map((text, index) => [text, BigInt(index)])));
    await expect(store.ledger.totals({}, ["day'--" as never], NOW)).rejects.toThrow(TypeError);
    expect(tables()).toEqual(before);
  });
});
