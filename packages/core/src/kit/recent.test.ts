import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

const replayed = (capacity: number, used: readonly number[]): Recent<number> => {
  const recent = new Recent<number>(capacity);
  for (const key of used) if (recent.get(`${key}`) === undefined) recent.set(`${key}`, key);
  return recent;
};
/** Asked of a copy each, since asking moves a key to the front. */
const kept = (capacity: number, used: readonly number[]): number[] =>
  [...new Set(used)].filter((key) => replayed(capacity, used).get(`${key}`) !== undefined);

it('keeps the last used ones, whatever came before, and never more than twice its capacity', () => {
  const keys = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), keys, (capacity, used) => {
      const left = kept(capacity, used);
      expect(left).toEqual(expect.arrayContaining([...new Set(used.toReversed())].slice(0, capacity)));
      expect(left.length).toBeLessThanOrEqual(2 * capacity);
    }),
  );
});

it('holds the value that a key was given last', () => {
  const recent = new Recent<string>(2);
  recent.set('a', 'one');
  recent.set('a', 'two');
  expect(recent.get('a')).toBe('two');
  expect(recent.get('b')).toBeUndefined();
});
