import { describe, expect, it } from 'vitest';
import type { Fault } from '../chat/fault.ts';
import { Health } from './health.ts';

const MOST = { max: 1_000, adaptive: true, queue: 100_000, wait: 10_000 } as const;
const overloaded: Fault = { kind: 'overloaded', message: '' };

/** A deployment that serves so many at once at full speed, and more of them the slower; as many ask as are let in. Milliseconds that it is asked for. */
function served(health: Health, capacity: number, lasts: number, streams = true): void {
  const ends: number[] = [];
  for (let now = 0; now < lasts; now += 10) {
    while (ends.length > 0 && (ends[0] ?? 0) <= now) {
      const took = (ends.shift() as number) - (begins.shift() as number);
      if (streams) health.spoke(took, now);
      health.end(undefined, false, took, 10, 10, now, streams);
    }
    while (health.open < health.limit) {
      health.begin(now);
      begins.push(now);
      const took = 500 * Math.max(1, health.open / capacity) ** 2;
      ends.push(Math.max(ends.at(-1) ?? 0, now + took));
    }
  }
}
let begins: number[] = [];
const adaptive = (): Health => {
  begins = [];
  const health = new Health();
  health.breaker = undefined;
  health.limitTo(MOST);
  return health;
};

describe('a limit that is learnt', () => {
  it.each([
    ['streams', true],
    ['whole answers', false],
  ])('grows to what a deployment takes and stays about there, by its %s', (_, streams) => {
    const small = adaptive();
    served(small, 50, 120_000, streams);
    const large = adaptive();
    served(large, 200, 120_000, streams);
    expect(small.limit).toBeGreaterThan(35);
    expect(small.limit).toBeLessThan(100);
    expect(large.limit).toBeGreaterThan(140);
    expect(large.limit).toBeLessThan(400);
  });

  it('is halved when a deployment says that it has too much, once for all calls of that time, and is never below one', () => {
    const health = adaptive();
    const [before] = [health.limit, ...Array.from({ length: 10 }, () => health.begin(0))] as [number];
    for (let call = 0; call < 10; call++) health.end(overloaded, false, 50, 0, 0, 50);
    expect(health.limit).toBe(before / 2);
    for (let now = 100; now < 10_000; now += 100) {
      health.begin(now);
      health.end(overloaded, false, 50, 0, 0, now + 50);
    }
    expect(health.limit).toBe(1);
  });

  it('does not fall for slow answers while only few calls are under way', () => {
    const health = adaptive();
    const before = health.limit;
    for (let now = 0; now < 500_000; now += 1_000) {
      health.begin(now);
      health.spoke(now < 250_000 ? 100 : 900, now + 900);
      health.end(undefined, false, 900, 1, 1, now + 900, true);
    }
    expect(health.limit).toBe(before);
  });

  it('is never above `max`, also when that is lowered by a reload, which keeps what was learnt', () => {
    const health = adaptive();
    served(health, 200, 60_000);
    const learnt = health.limit;
    health.limitTo({ ...MOST, max: 30 });
    expect(health.limit).toBe(30);
    health.limitTo(MOST);
    expect(health.limit).toBe(learnt);
  });
});
