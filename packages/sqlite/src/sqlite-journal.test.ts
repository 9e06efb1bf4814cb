import { statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFile } from '../../../test/kit/sqlite-store.ts';
import { StoreInUse, sqliteJournal, sqliteStore } from './index.ts';

function journalAt(file = temporaryFile()) {
  const journal = sqliteJournal({ file });
  onTestFinished(() => journal.close());
  return journal;
}
const entry = (id: string, text = '{}') => ({ id, text });

describe('a journal in a file', () => {
  it('has what was appended and not confirmed, in its order, when it is opened again', () => {
    const file = temporaryFile();
    const first = sqliteJournal({ file });
    first.append([entry('b'), entry('a')]);
    first.append([entry('c')]);
    first.confirm(['a', 'never']);
    first.close();
    expect(journalAt(file).load()).toEqual([entry('b'), entry('c')]);
  });

  it('has an entry once that was appended twice, with what was said last', () => {
    const journal = journalAt();
    journal.append([entry('a', '1'), entry('b')]);
    journal.append([entry('a', '2')]);
    expect(journal.load()).toEqual([entry('a', '2'), entry('b')]);
  });

  it('keeps any text as it is', () => {
    const journal = journalAt();
    const texts = ["'; DROP TABLE untold; --", '\0', '\ud800', '\\u0000', 'ä"\\'];
    journal.append(texts.map((text) => entry(text, text)));
    expect(journal.load()).toEqual(texts.map((text) => entry(text, text)));
    journal.confirm(texts);
    expect(journal.load()).toEqual([]);
  });

  it('is of one process, and readable by its owner only', () => {
    const file = temporaryFile();
    journalAt(file);
    expect(() => sqliteJournal({ file })).toThrow(StoreInUse);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not to stand in the file of a store', async () => {
    const file = temporaryFile();
    await sqliteStore({ file }).close();
    expect(() => sqliteJournal({ file })).toThrow('a file of its own');
    await sqliteStore({ file }).close();
  });

  it.each([{ file: '' }, { file: ':memory:' }, { file: 'j.db', synchronous: 'off' }])('refuses %j', (options) => {
    expect(() => sqliteJournal(options as never)).toThrow(TypeError);
  });
});
