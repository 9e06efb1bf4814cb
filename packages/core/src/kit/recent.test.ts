import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('a map of recent entries keeps the last ones, in their order, and never more than twice its capacity', () => {
  const step = fc.tuple(fc.boolean(), fc.nat(30));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 100 }), (capacity, steps) => {
      const recent = new Recent<number, string>(capacity);
      let kept: number[] = [];
      for (const [deletes, key] of steps) {
        kept = kept.filter((other) => other !== key);
        if (deletes) recent.delete(key);
        else {
          recent.set(key, `value ${key}`);
          kept = [...kept, key].slice(-capacity);
        }
        const values = [...recent.values()];
        expect(recent.size).toBe(values.length);
        expect(recent.size).toBeLessThanOrEqual(capacity * 2);
        for (const other of kept) expect([recent.has(other), recent.get(other)]).toEqual([true, `value ${other}`]);
        expect(values.slice(values.length - kept.length)).toEqual(kept.map((other) => `value ${other}`));
        expect(recent.has(99)).toBe(false);
      }
    }),
  );
});

const replayed = (capacity: number, used: readonly number[]): Recent<string, number> => {
  const recent = new Recent<string, number>(capacity);
  for (const key of used) if (recent.recall(`${key}`) === undefined) recent.set(`${key}`, key);
  return recent;
};
/** Asked of a copy each, since asking moves a key to the front. */
const kept = (capacity: number, used: readonly number[]): number[] =>
  [...new Set(used)].filter((key) => replayed(capacity, used).recall(`${key}`) !== undefined);

it('keeps, where entries are recalled, the last used ones, whatever came before, and never more than twice its capacity', () => {
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
  const recent = new Recent<string, string>(2);
  recent.set('a', 'one');
  recent.set('a', 'two');
  expect(recent.get('a')).toBe('two');
  expect(recent.get('b')).toBeUndefined();
});
