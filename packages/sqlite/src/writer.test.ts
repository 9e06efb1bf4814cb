import { describe, expect, it } from 'vitest';
import { temporaryFile } from '../../../test/kit/sqlite-store.ts';
import { openDatabase } from './open-database.ts';
import { Writer } from './writer.ts';

describe('what is written together', () => {
  it('stands or falls alone: one that fails takes no other with it, and leaves nothing', async () => {
    const database = openDatabase(temporaryFile(), 'normal');
    const writer = new Writer(database, 1, 100);
    const add = (id: number): void => void database.sql('INSERT INTO stamp VALUES (?)').run([id]);
    const results = await Promise.allSettled([
      writer.write(() => add(1)),
      writer.write(() => {
        add(2);
        throw new Error('no');
      }),
      writer.write(() => add(3)),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(database.sql('SELECT last FROM stamp ORDER BY last').all([])).toEqual([[0], [1], [3]]);
    expect(writer.failures).toBe(2);
    database.close();
  });

  it('is done in the order of asking', async () => {
    const database = openDatabase(temporaryFile(), 'full');
    const writer = new Writer(database, 1, 10_000);
    const done: number[] = [];
    await Promise.all(Array.from({ length: 600 }, (_, index) => writer.write(() => done.push(index))));
    expect(done).toEqual(Array.from({ length: 600 }, (_, index) => index));
    writer.close();
    database.close();
  });
});
