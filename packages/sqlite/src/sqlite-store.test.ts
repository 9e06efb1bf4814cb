import { execFileSync } from 'node:child_process';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AttemptRecord, AuditEntry, Call } from '@postern/core';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openStore, temporaryFile } from '../../../test/kit/sqlite-store.ts';
import { StoreBusy, StoreInUse, StoreTimeout, sqliteStore } from './index.ts';

const T = 1_767_225_600_000;
const NOW: Call = { now: T, deadline: T + 60_000 };
const audit: AuditEntry = { at: T, by: 'admin', action: 'test' };
const bytes = new TextEncoder().encode('one');

const attempt = (id: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attempt: id,
  request: `request of ${id}`,
  startedAt: T,
  endedAt: T + 1,
  scopes: ['user:ann'],
  caller: 'ann',
  operation: 'chat',
  modelAsked: 'smart',
  modelServed: 'acme/big',
  provider: 'acme',
  deployment: 'smart#0',
  outcome: 'ok',
  cost: '1',
  ...more,
});

describe('the file of a store', () => {
  it('keeps ledger, entities, audit and shared values, with their time, when it is opened again', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    await before.ledger.append([attempt('a')], NOW);
    const etag = await before.entities.put('team', 'a', { name: 'A' }, undefined, audit, NOW);
    await before.shared('nonces', 10).add('n', bytes, 1_000, NOW);
    await before.close();
    const after = openStore({ file });
    expect((await after.ledger.list({}, undefined, NOW)).items).toEqual([attempt('a')]);
    expect(await after.entities.get('team', 'a', NOW)).toEqual({ kind: 'team', id: 'a', value: { name: 'A' }, etag });
    expect((await after.entities.audit(undefined, NOW)).items).toEqual([{ ...audit, kind: 'team', id: 'a' }]);
    const nonces = after.shared('nonces', 10);
    expect((await nonces.get('n', NOW))?.value).toEqual(bytes);
    expect(await nonces.add('n', bytes, 1_000, NOW)).toBe('present');
    expect(await nonces.get('n', { now: T + 1_000, deadline: T + 1_001 })).toBeUndefined();
  });

  it('knows after a restart how full a shared map is', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    await before.shared('nonces', 2).add('a', bytes, 1_000, NOW);
    await before.close();
    const map = openStore({ file }).shared('nonces', 2);
    expect(await map.add('b', bytes, 1_000, NOW)).toBe('added');
    expect(await map.add('c', bytes, 1_000, NOW)).toBe('full');
  });

  it('never gives an etag again, not after a restart either', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    const first = (await before.entities.put('team', 'a', 1, undefined, audit, NOW)) ?? '';
    await before.entities.delete('team', 'a', first, audit, NOW);
    await before.close();
    const after = openStore({ file });
    expect(await after.entities.put('team', 'a', 1, undefined, audit, NOW)).not.toBe(first);
  });

  it('is refused to a second writer, under another name too, and is free after close', async () => {
    const file = temporaryFile();
    const store = sqliteStore({ file });
    symlinkSync(file, `${file}.link`);
    expect(() => sqliteStore({ file })).toThrow(StoreInUse);
    expect(() => sqliteStore({ file: `${file}.link` })).toThrow(StoreInUse);
    expect(() => sqliteStore({ file })).toThrow(StoreInUse);
    await store.close();
    await sqliteStore({ file }).close();
  });

  it('can be read by others while it is written', async () => {
    const file = temporaryFile();
    const store = openStore({ file });
    await store.ledger.append([attempt('a')], NOW);
    const reader = new Database(file);
    expect(reader.prepare('SELECT count(*) FROM attempts').raw().get([])).toEqual([1]);
    reader.close();
  });

  it('is readable by its owner only', () => {
    const file = temporaryFile();
    openStore({ file });
    expect([file, `${file}-wal`].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0]);
  });

  it('of a newer version, or of something else, is refused and left as it is', () => {
    const file = temporaryFile();
    const newer = new Database(file);
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    expect(() => sqliteStore({ file })).toThrow(/newer version/);
    expect(() => sqliteStore({ file })).toThrow(/newer version/);
    const other = temporaryFile();
    writeFileSync(other, 'this is a letter and no database, and it is long enough to tell '.repeat(20));
    expect(() => sqliteStore({ file: other })).toThrow(/not a database/);
    expect(execFileSync('head', ['-c', '16', other], { encoding: 'utf8' })).toBe('this is a letter');
  });

  it('in a folder that is not there is an error', () => {
    expect(() => sqliteStore({ file: `${temporaryFile()}/none/store.db` })).toThrow(/ENOENT/);
  });
});

describe('settings of a store', () => {
  it.each([
    [{ file: '' }, TypeError],
    [{ file: ':memory:' }, TypeError],
    [{ file: 'libsql://example.test/db' }, TypeError],
    [{ file: 'a\0b' }, TypeError],
    [{ file: 'x', synchronous: 'off' as never }, TypeError],
    [{ file: 'x', batchMs: 0 }, RangeError],
    [{ file: 'x', queue: 1.5 }, RangeError],
    [{ file: 'x', counters: Number.NaN }, RangeError],
  ])('%j are refused before anything is opened', (options, error) => {
    expect(() => sqliteStore(options)).toThrow(error);
  });
});

describe('a call', () => {
  it('whose deadline has passed rejects and does nothing', async () => {
    const store = openStore();
    const late: Call = { now: T, deadline: T - 1 };
    const limit = { id: 'l', counts: 'requests', max: 5, window: 60_000 } as const;
    const reservation = {
      id: 'r',
      scopes: [{ scope: 's', limits: [limit] }],
      amounts: { requests: 1 },
      expires: T + 10,
      onExpiry: 'doubt',
    } as const;
    const map = store.shared('m', 5);
    const calls = [
      store.limits.admit(reservation, late),
      store.limits.extend('r', {}, T, late),
      store.limits.settle('r', {}, late),
      store.limits.open(undefined, late),
      store.ledger.append([attempt('a')], late),
      store.ledger.list({}, undefined, late),
      store.ledger.totals({}, [], late),
      store.ledger.purge(T, late),
      store.entities.put('k', 'i', 1, undefined, audit, late),
      store.entities.get('k', 'i', late),
      store.entities.delete('k', 'i', 'e', audit, late),
      store.entities.list('k', undefined, late),
      store.entities.audit(undefined, late),
      map.add('k', bytes, 1_000, late),
      map.get('k', late),
      map.replace('k', bytes, 1_000, '1', late),
      map.delete('k', late),
    ];
    for (const call of calls) await expect(call).rejects.toThrow(StoreTimeout);
    expect((await store.ledger.list({}, undefined, NOW)).items).toEqual([]);
    expect((await store.limits.open(undefined, NOW)).items).toEqual([]);
    expect(await map.get('k', NOW)).toBeUndefined();
  });

  it('whose deadline passes while it waits to be written does nothing either', async () => {
    const store = openStore();
    const soon: Call = { now: T, deadline: T };
    const limit = { id: 'l', counts: 'requests', max: 5, window: 60_000 } as const;
    const reservation = {
      id: 'r',
      scopes: [{ scope: 's', limits: [limit] }],
      amounts: { requests: 1 },
      expires: T + 10,
      onExpiry: 'doubt',
    } as const;
    const calls = [
      store.limits.admit(reservation, soon),
      store.ledger.append([attempt('a')], soon),
      store.entities.put('k', 'i', 1, undefined, audit, soon),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreTimeout) });
    }
    const look = await store.limits.admit({ ...reservation, id: 'look', amounts: {} }, NOW);
    expect(look).toMatchObject({ granted: true, scopes: [{ used: 0, reserved: 0 }] });
    expect((await store.ledger.list({}, undefined, NOW)).items).toEqual([]);
    expect(await store.entities.get('k', 'i', NOW)).toBeUndefined();
  });

  it('rejects when too much waits, and what waited is written all the same', async () => {
    const store = openStore({ queue: 10 });
    const many = Array.from({ length: 10 }, (_, index) => attempt(`a${index}`));
    const first = store.ledger.append(many, NOW);
    await expect(store.ledger.append([attempt('b')], NOW)).rejects.toThrow(StoreBusy);
    await first;
    expect((await store.ledger.list({}, undefined, NOW)).items).toHaveLength(10);
    await store.ledger.append([attempt('b')], NOW);
  });

  it('rejects after close, which writes what was asked for before it', async () => {
    const file = temporaryFile();
    const store = sqliteStore({ file });
    const written = store.ledger.append([attempt('a')], NOW);
    await store.close();
    await store.close();
    await written;
    await expect(store.ledger.append([attempt('b')], NOW)).rejects.toThrow('closed');
    await expect(store.entities.get('k', 'i', NOW)).rejects.toThrow('closed');
    const after = openStore({ file });
    expect((await after.ledger.list({}, undefined, NOW)).items).toEqual([attempt('a')]);
  });

  it('is answered by flush at the latest', async () => {
    const store = openStore({ batchMs: 1_000 });
    let isDone = false;
    const written = store.ledger.append([attempt('a')], NOW).then(() => {
      isDone = true;
    });
    await store.flush();
    expect(isDone).toBe(true);
    await written;
  });

  it('with a cursor of another list, or none of ours, is a TypeError', async () => {
    const store = openStore();
    const many = Array.from({ length: 101 }, (_, index) => attempt(`a${index}`));
    await store.ledger.append(many, NOW);
    const { next } = await store.ledger.list({}, undefined, NOW);
    for (const cursor of ['', '1', "' OR 1=1 --", `${next}x`, ` ${next}`, '0x10', 'YXR0ZW1wdHM6LTE', 5 as never]) {
      await expect(store.ledger.list({}, cursor, NOW)).rejects.toThrow(TypeError);
      await expect(store.entities.list('k', cursor, NOW)).rejects.toThrow(TypeError);
      await expect(store.limits.open(cursor, NOW)).rejects.toThrow(TypeError);
      await expect(store.entities.audit(cursor, NOW)).rejects.toThrow(TypeError);
    }
    await expect(store.entities.list('k', next, NOW)).rejects.toThrow(TypeError);
  });
});
