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
