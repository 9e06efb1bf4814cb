import type { Limit } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { counterKey, idOf, partOf, prefixOf } from './keys.ts';

const limit: Limit = { id: 'budget', counts: 'nanoUsd', max: 5, window: 60_000 };
const key = (scope: string, more: Partial<Limit> = {}) => counterKey(prefixOf('p'), scope, { ...limit, ...more });

describe('keys', () => {
  it('of a prefix have one hash tag, whatever the scope has in it', () => {
    for (const scope of ['a', '{b}', '}{']) expect(key(scope).slice(0, key(scope).indexOf('}') + 1)).toBe('{p}');
  });

  it('of parts of the store have a tag of their own each', () => {
    expect(partOf('p', 'ledger')).not.toBe(partOf('p', 'entities'));
  });

  it('keep apart what UTF-8 writes alike', () => {
    expect(Buffer.from(idOf('\ud800'))).not.toEqual(Buffer.from(idOf('\ud801')));
  });

  it('keep scope and limit apart', () => {
    expect(key('a', { id: 'b","c' })).not.toBe(key('a","b', { id: 'c' }));
  });

  it('of a limit with another maximum are the same, of one that counts otherwise are not', () => {
    expect(key('a', { max: 9 })).toBe(key('a'));
    for (const other of [{ counts: 'tokens' as const }, { window: 1 }, { slices: 6 }, { start: 0 }])
      expect(key('a', other)).not.toBe(key('a'));
  });

  it('of the months of a calendar are one', () => {
    expect(key('a', { start: 0, window: 31 })).toBe(key('a', { start: 31, window: 28 }));
  });
});
