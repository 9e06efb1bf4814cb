import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

const KEYS = ['deployments', 'retries', 'timeouts', 'fallbacks', 'baseUrl', 'apiKey', 'order', 'weight'];

describe('the nearest name', () => {
  it.each([
    ['retrys', 'retries'],
    ['num_retries', 'retries'],
    ['base_url', 'baseUrl'],
    ['BASEURL', 'baseUrl'],
    ['api-key', 'apiKey'],
    ['timeout', 'timeouts'],
    ['fallback', 'fallbacks'],
    ['wieght', 'weight'],
    ['ordre', 'order'],
    ['deployment', 'deployments'],
  ])('of %s is %s', (word, name) => {
    expect(nearest(word, KEYS)).toBe(name);
  });

  it.each(['', '___', 'x', 'colour', 'stores', 'a', 'keys and more'])('of "%s" is none', (word) => {
    expect(nearest(word, KEYS)).toBeUndefined();
  });

  it('of equally near ones is the first', () => {
    expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
    expect(nearest('hat', ['bat', 'hat'])).toBe('hat');
  });

  it('is found in a word of any length without long work', () => {
    expect(nearest('retries'.repeat(100_000), KEYS)).toBe('retries');
  });
});

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['abcd', 'acbd', 1],
    ['ca', 'abc', 3],
  ])('of "%s" and "%s" is %i', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
  });

  it('is 0 for the same text only, the same both ways, and never above the longer length', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        const distance = editDistance(left, right);
        expect(distance === 0).toBe(left === right);
        expect(editDistance(right, left)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});
