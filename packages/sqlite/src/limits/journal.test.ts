import { execFileSync } from 'node:child_process';
import type { Call, Limit, Reservation } from '@postern/core';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openStore, temporaryFile } from '../../../../test/kit/sqlite-store.ts';
import { sqliteStore } from '../index.ts';

const T = 1_767_225_600_000;
const NOW: Call = { now: T, deadline: T + 60_000 };
const budget: Limit = { id: 'budget', counts: 'nanoUsd', max: 1_000_000_000, window: 86_400_000 };

const doubt = (id: string): Reservation => ({
  id,
  scopes: [{ scope: 'user:ann', limits: [budget] }],
  amounts: { nanoUsd: 10 },
  expires: T + 60_000,
  onExpiry: 'doubt',
});

/** What a crash would leave: the files as they are now. By another process: to open and close a file here gives up locks on it. */
function crashOf(file: string): string {
  const copy = temporaryFile();
  execFileSync('cp', [file, copy]);
  execFileSync('cp', [`${file}-wal`, `${copy}-wal`]);
  return copy;
}

/** Whom a store that is opened after a crash holds open. */
async function openAfterCrash(file: string): Promise<readonly string[]> {
  const store = sqliteStore({ file: crashOf(file) });
  const { items } = await store.limits.open(undefined, NOW);
  await store.close();
  return items.map(({ id }) => id);
}

/** Rows of the journal, and the bytes in them. */
function journalOf(file: string): readonly [rows: number, bytes: number] {
  const database = new Database(crashOf(file));
  const sizes = database.prepare('SELECT count(*), coalesce(sum(length(entry)), 0) FROM journal').raw().get([]);
  database.close();
  return sizes as [number, number];
}

describe('the journal of reservations', () => {
  it('has those after a crash that are open, whichever of one batch were settled before', async () => {
    const file = temporaryFile();
    const { limits } = openStore({ file });
    const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
    await Promise.all(ids.map((id) => limits.admit(doubt(id), NOW)));
    expect(await openAfterCrash(file)).toEqual(ids);
    for (const id of ids.slice(5, 15)) await limits.settle(id, {}, NOW);
    await Promise.all(['s0', 's1'].map((id) => limits.admit(doubt(id), NOW)));
    await limits.settle('s0', {}, NOW);
    expect(await openAfterCrash(file)).toEqual([...ids.slice(0, 5), ...ids.slice(15), 's1']);
    for (const id of ids) await limits.settle(id, {}, NOW);
    expect(await openAfterCrash(file)).toEqual(['s1']);
    await limits.settle('s1', {}, NOW);
    expect(journalOf(file)).toEqual([0, 0]);
  });

  it('has nothing of a call that was over before its batch was written', async () => {
    const file = temporaryFile();
    const store = openStore({ file, batchMs: 1_000 });
    const first = store.limits.admit(doubt('before'), NOW);
    await store.flush();
    await first;
    const admitted = store.limits.admit(doubt('short'), NOW);
    await new Promise(setImmediate);
    const settled = store.limits.settle('short', {}, NOW);
    await store.flush();
    await Promise.all([admitted, settled]);
    expect(await openAfterCrash(file)).toEqual(['before']);
    expect(journalOf(file)[0]).toBe(1);
  });

  it('stays small while one call is open for long and thousands come and go', async () => {
    const file = temporaryFile();
    const { limits } = openStore({ file, batchMs: 1 });
    await limits.admit(doubt('long'), NOW);
    let most = 0;
    for (let round = 0; round < 60; round++) {
      const ids = Array.from({ length: 200 }, (_, index) => `${round}-${index}`);
      await Promise.all(ids.map((id) => limits.admit(doubt(id), NOW)));
      await Promise.all(ids.map((id) => limits.settle(id, {}, NOW)));
      if (round % 10 === 9) most = Math.max(most, journalOf(file)[0]);
    }
    // 60 rounds leave 120 rows where nothing is copied out of the first one.
    expect(most).toBeLessThan(60);
    expect(await openAfterCrash(file)).toEqual(['long']);
  });

  it('goes on after a restart where it was: what was open is settled by the new process', async () => {
    const file = temporaryFile();
    const before = openStore({ file });
    for (const id of ['a', 'b', 'c']) await before.limits.admit(doubt(id), NOW);
    await before.limits.settle('b', {}, NOW);
    const crashed = crashOf(file);
    const after = openStore({ file: crashed });
    await after.limits.settle('a', {}, NOW);
    await after.limits.admit(doubt('d'), NOW);
    expect(await openAfterCrash(crashed)).toEqual(['c', 'd']);
    await after.limits.settle('c', {}, NOW);
    await after.limits.settle('d', {}, NOW);
    expect(journalOf(crashed)).toEqual([0, 0]);
  });

  it('takes over what a file of the first form holds open, and its documents', async () => {
    const file = temporaryFile();
    await sqliteStore({ file }).close();
    const old = new Database(file);
    old.exec(`
      DROP TABLE journal; DROP TABLE entities; PRAGMA user_version = 1;
      CREATE TABLE reservations (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
      CREATE TABLE entities (kind TEXT NOT NULL, id TEXT NOT NULL, etag INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT;
      INSERT INTO entities VALUES ('team', 'a', 7, '{"name":"A"}');
    `);
    const insert = old.prepare('INSERT INTO reservations VALUES (?, ?)');
    for (const [seq, id] of [
      [3, 'first "quoted"'],
      [8, 'second'],
    ] as const)
      insert.run(seq, JSON.stringify({ reservation: doubt(id), steps: [{ now: T, amounts: { nanoUsd: 10 } }] }));
    old.close();
    const { limits, entities } = openStore({ file });
    expect((await limits.open(undefined, NOW)).items).toEqual([doubt('first "quoted"'), doubt('second')]);
    expect(await entities.get('team', 'a', NOW)).toEqual({ kind: 'team', id: 'a', value: { name: 'A' }, etag: '7' });
    await limits.settle('second', {}, NOW);
    expect(await openAfterCrash(file)).toEqual(['first "quoted"']);
  });
});
