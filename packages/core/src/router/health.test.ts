import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../chat/fault.ts';
import { BREAKER } from '../config/fault-settings.ts';
import { isUsable } from './condition.ts';
import { Health } from './health.ts';

const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({ kind, message: '', ...more });
const down = fault('unavailable');

/** One call after the other, a millisecond each, from `now` on; the moment behind the last one. */
function calls(health: Health, ends: readonly (Fault | undefined)[], now = 0): number {
  let at = now;
  for (const end of ends) {
    health.begin(at);
    at += 1;
    health.end(end, false, 1, 0, 0, at);
  }
  return at;
}
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('Health', () => {
  it('rests after five failures in a row, and not after four', () => {
    const health = new Health();
    const at = calls(health, times(4, down));
    expect(isUsable(health, at)).toBe(true);
    const then = calls(health, [down], at);
    expect(isUsable(health, then)).toBe(false);
    expect(isUsable(health, then + BREAKER.rest)).toBe(true);
  });

  it('rests when half of at least twenty calls failed, though never five in a row', () => {
    const health = new Health();
    const at = calls(health, [...times(9, [down, undefined]).flat(), undefined]);
    expect(isUsable(health, at)).toBe(true);
    expect(isUsable(health, calls(health, [down], at))).toBe(false);
  });

  it('rests after ten failures in a row, and not after five, when it answered a moment before', () => {
    const health = new Health();
    const at = calls(health, [...times(1_000, undefined), ...times(9, down)]);
    expect(isUsable(health, at)).toBe(true);
    expect(isUsable(health, calls(health, [down], at))).toBe(false);
  });

  it('rests for an hour at most, whatever the provider says', () => {
    const health = new Health();
    const at = calls(health, [fault('rate-limited', { retryAfter: 1e12 })]);
    expect([isUsable(health, at + 3_599_999), isUsable(health, at + 3_600_000)]).toEqual([false, true]);
  });

  it('never rests without a breaker, not even when it is asked to', () => {
    const health = new Health();
    health.breaker = undefined;
    const at = calls(health, [...times(100, down), fault('rate-limited', { retryAfter: 7 })]);
    expect(isUsable(health, at)).toBe(true);
  });

  it('forgets failures that are older than the window', () => {
    const health = new Health();
    calls(health, [...times(9, [down, undefined]).flat(), undefined]);
    const later = calls(health, [down], 2 * BREAKER.window);
    expect(isUsable(health, later)).toBe(true);
    expect(health.failing).toBe(1);
  });

  it.each(['rejected', 'context-length', 'content-filter'] as const)('does not rest for what is %s', (kind) => {
    const health = new Health();
    expect(isUsable(health, calls(health, times(50, fault(kind))))).toBe(true);
  });

  it('does not count what was given up before it could tell', () => {
    const health = new Health();
    health.begin(0);
    health.end(undefined, true, 1, 0, 0, 1);
    expect([health.open, health.failing]).toEqual([0, 0]);
  });

  it('rests at once, and as long, when the provider says for how long', () => {
    const health = new Health();
    const at = calls(health, [fault('rate-limited', { retryAfter: 7 })]);
    expect([isUsable(health, at + 6_999), isUsable(health, at + 7_000)]).toEqual([false, true]);
  });

  it('lets a single call find out when its rest is over; a failure doubles the rest, an answer ends it', () => {
    const health = new Health();
    const tripped = calls(health, times(5, down)) + BREAKER.rest;
    health.begin(tripped);
    expect(isUsable(health, tripped)).toBe(false);
    health.end(down, false, 0, 0, 0, tripped);
    expect(isUsable(health, tripped + 2 * BREAKER.rest - 1)).toBe(false);
    const again = tripped + 2 * BREAKER.rest;
    expect(isUsable(health, again)).toBe(true);
    health.begin(again);
    health.end(undefined, false, 0, 0, 0, again);
    expect(isUsable(health, again)).toBe(true);
    expect(isUsable(health, calls(health, times(4, down), again))).toBe(true);
  });

  it('rests no longer because more calls fail that were under way when it began to', () => {
    const health = new Health();
    for (let begun = 0; begun < 30; begun++) health.begin(0);
    for (let ended = 0; ended < 30; ended++) health.end(down, false, 100, 0, 0, 100);
    expect(isUsable(health, 100 + BREAKER.rest)).toBe(true);
  });

  it('is still tried by one call only when another one ends that was under way when it began to rest', () => {
    const health = new Health();
    health.begin(0);
    const later = calls(health, times(5, down), 1) + BREAKER.rest;
    health.begin(later);
    health.end(undefined, false, later + 1, 0, 0, later + 1);
    expect(isUsable(health, later + 1)).toBe(false);
    health.end(down, false, 2, 0, 0, later + 2);
    expect(isUsable(health, later + 2 + 2 * BREAKER.rest)).toBe(true);
  });

  it('rests as long as another process says, and no longer once that one says that it is back', () => {
    const health = new Health();
    expect([health.learn(9_000, 'timeout', 0), health.learn(8_000, 'timeout', 0)]).toEqual([true, false]);
    expect([isUsable(health, 8_999), isUsable(health, 9_000), health.fault]).toEqual([false, true, 'timeout']);
    health.backBefore(9_000);
    expect(isUsable(health, 0)).toBe(true);
    health.rest(20_000);
    health.backBefore(9_000);
    expect(isUsable(health, 19_999)).toBe(false);
  });

  it('rests on when a call ends well that began before it rested', () => {
    const health = new Health();
    health.begin(0);
    const at = calls(health, times(5, down));
    health.end(undefined, false, at + 1, 0, 0, at + 1);
    expect(isUsable(health, at + 1)).toBe(false);
  });

  it('tells when it begins to rest and when it is back, and not of what it learned', () => {
    const health = new Health('m#0');
    const told: boolean[] = [];
    health.onChange = ({ tripped }) => told.push(tripped);
    health.learn(5, undefined, 0);
    const at = calls(health, [undefined, undefined, ...times(9, down)], 10);
    calls(health, [down, undefined], at);
    expect(told).toEqual([false, true, false]);
  });

  it('knows how its latencies are spread from when somebody asks, and costs nothing before', () => {
    const health = new Health();
    const see = () => {
      for (let at = 0; at < 100; at++) {
        health.begin(at);
        health.spoke(at < 90 ? 200 : 3_000, at);
        health.end(at % 10 === 0 ? down : undefined, false, 5_000, 0, 0, at);
      }
    };
    see();
    expect([health.p95, health.p95Whole]).toEqual([0, 0]);
    health.keepQuantiles();
    see();
    expect(health.p95).toBeGreaterThan(2_000);
    expect(health.p95).toBeLessThan(4_000);
    expect(health.p95Whole).toBeGreaterThan(4_000);
    expect(health.p95Whole).toBeLessThan(6_200);
  });

  it('never rests longer than the longest rest, and knows of no call under way when all have ended', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(100_000)), { maxLength: 200 }), (history) => {
        const health = new Health();
        let now = 0;
        for (const [fails, pause] of history) {
          now += pause;
          health.begin(now);
          health.end(fails ? down : undefined, false, 1, 0, 0, now);
          expect(health.restsUntil).toBeLessThanOrEqual(now + BREAKER.longestRest);
        }
        expect(health.open).toBe(0);
        expect(health.failing).toBeGreaterThanOrEqual(0);
        expect(health.failing).toBeLessThanOrEqual(1);
      }),
    );
  });
});
