import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../kit/seeded.ts';
import { Quantiles } from './quantiles.ts';

const START = 1_767_225_600_000;

describe('Quantiles', () => {
  it('tells nothing of fewer than ten durations, and nothing any more once they are long past', () => {
    const known = new Quantiles();
    for (let count = 0; count < 9; count++) known.note(100, START);
    expect(known.at(0.95, START)).toBeUndefined();
    known.note(100, START);
    expect(known.at(0.95, START)).toBeGreaterThan(0);
    expect(known.at(0.95, START + 10_000)).toBeUndefined();
  });

  it('is right to the width of a part of its histogram, whatever the quantile', () => {
    const random = seeded(3);
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 3_000 }), fc.integer({ min: 2, max: 20 }), (from, times) => {
        const known = new Quantiles();
        const durations = Array.from({ length: 2_000 }, () => from * times ** random());
        for (const duration of durations) known.note(duration, START);
        const sorted = [...durations].sort((a, b) => a - b);
        for (const q of [0.05, 0.5, 0.9, 0.95, 0.99]) {
          const told = known.at(q, START) ?? 0;
          expect(Math.abs(told / (sorted[q * 2_000] ?? 1) - 1)).toBeLessThan(0.24);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('forgets: ten minutes after a deployment became slow it is as slow as it is', () => {
    const known = new Quantiles();
    for (let at = 0; at < 600_000; at += 100) known.note(200, START + at);
    for (let at = 600_000; at < 1_200_000; at += 1_000) known.note(2_000, START + at);
    expect(known.at(0.2, START + 1_200_000)).toBeGreaterThan(1_500);
  });

  it('goes on for years, and stands what never was a duration', () => {
    const known = new Quantiles();
    const year = 365 * 86_400_000;
    for (let at = 0; at < 3 * year; at += year / 50)
      for (let count = 0; count < 20; count++) known.note(500, START + at);
    for (const odd of [0, -1, Number.POSITIVE_INFINITY]) known.note(odd, START + 3 * year);
    for (let count = 0; count < 200; count++) known.note(500, START + 3 * year);
    expect(Math.abs((known.at(0.5, START + 3 * year) ?? 0) / 500 - 1)).toBeLessThan(0.15);
  });
});
