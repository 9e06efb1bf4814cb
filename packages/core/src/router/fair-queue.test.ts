import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

interface One {
  readonly caller: string;
  readonly order: number;
}
const queueOf = (callers: readonly string[]): FairQueue<One> => {
  const queue = new FairQueue<One>();
  for (const [order, caller] of callers.entries()) queue.add({ caller, order });
  return queue;
};
const drained = (queue: FairQueue<One>): One[] => {
  const all: One[] = [];
  for (let one = queue.next(); one !== undefined; one = queue.next()) all.push(one);
  return all;
};

describe('FairQueue', () => {
  it('takes one caller after the other, however many of one wait', () => {
    expect(
      drained(queueOf(['a', 'a', 'a', 'b', 'a', 'c', 'b']))
        .map(({ caller }) => caller)
        .join(''),
    ).toBe('abcabaa');
  });

  it('gives each exactly once, those of a caller in their order, and no caller two before another had one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }), (callers) => {
        const queue = queueOf(callers);
        expect(queue.size).toBe(callers.length);
        const all = drained(queue);
        expect(all.map(({ order }) => order).sort((x, y) => x - y)).toEqual(callers.map((_, order) => order));
        const last = new Map<string, number>();
        for (const [at, { caller, order }] of all.entries()) {
          expect(order).toBeGreaterThan(last.get(caller) ?? -1);
          last.set(caller, order);
          const waits = new Set(all.slice(at).map((one) => one.caller));
          const next = all.slice(at + 1).findIndex((one) => one.caller === caller);
          if (next >= 0) expect(next).toBeGreaterThanOrEqual(waits.size - 1);
        }
      }),
    );
  });

  it('displaces the last of whoever has most, for a caller with fewer only', () => {
    const queue = queueOf(['a', 'a', 'a', 'b']);
    expect(queue.displace('a')).toBeUndefined();
    expect(queue.displace('c')?.order).toBe(2);
    expect(queue.displace('b')).toBeUndefined();
    expect(drained(queue).map(({ order }) => order)).toEqual([0, 3, 1]);
  });

  it('forgets who leaves, once', () => {
    const queue = new FairQueue<One>();
    const one = { caller: 'a', order: 0 };
    queue.add(one);
    expect([queue.remove(one), queue.remove(one), queue.size, queue.next()]).toEqual([true, false, 0, undefined]);
  });
});
