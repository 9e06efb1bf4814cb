import { seeded } from '@postern/core/routing';
import { describe, expect, it } from 'vitest';
import { type Distribution, meanOf, sampler } from './distribution.ts';

const drawn = (of: Distribution): number[] => {
  const random = seeded(7);
  const draw = sampler(of);
  return Array.from({ length: 100_000 }, () => draw(random)).sort((left, right) => left - right);
};
const average = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe('sampler', () => {
  it.each<[string, Distribution]>([
    ['a number', 5],
    ['exponential', { exponential: 40 }],
    ['uniform', { uniform: [10, 30] }],
    ['lognormal', { lognormal: { median: 400, p95: 900 } }],
  ])('draws %s with the mean that it says', (_, of) => {
    expect(Math.abs(average(drawn(of)) / meanOf(of) - 1)).toBeLessThan(0.01);
  });

  it('has the median and the 95th percentile that a lognormal names', () => {
    const numbers = drawn({ lognormal: { median: 400, p95: 900 } });
    expect(Math.abs((numbers[50_000] ?? 0) / 400 - 1)).toBeLessThan(0.01);
    expect(Math.abs((numbers[95_000] ?? 0) / 900 - 1)).toBeLessThan(0.02);
  });

  it.each<[string, Distribution]>([
    ['below 0', { exponential: -1 }],
    ['back to front', { uniform: [3, 1] }],
    ['a p95 below the median', { lognormal: { median: 2, p95: 1 } }],
  ])('refuses what there is not: %s', (_, of) => {
    expect(() => sampler(of)(() => 0.5)).toThrow(RangeError);
  });
});
