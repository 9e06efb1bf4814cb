import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfUp, formatUsd, parseDecimal, safeNumber } from './money.ts';

const amount = fc.bigInt({ min: 0n, max: 10n ** 40n });

describe('money', () => {
  it('is divided half up: never further off than a half, and a half goes up', () => {
    expect([0n, 4n, 5n, 14n, 15n].map((sum) => divideHalfUp(sum, 10n))).toEqual([0n, 0n, 1n, 1n, 2n]);
    expect(divideHalfUp(1n, 3n)).toBe(0n);
    expect(divideHalfUp(2n, 3n)).toBe(1n);
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 20n }), (sum, by) => {
        const off = 2n * (divideHalfUp(sum, by) * by - sum);
        expect(off > -by && off <= by).toBe(true);
      }),
    );
  });

  it('is a number up to 2⁵³ − 1 and an error beyond, never a rounded one', () => {
    expect(safeNumber(9_007_199_254_740_991n)).toBe(Number.MAX_SAFE_INTEGER);
    for (const beyond of [9_007_199_254_740_992n, 9_007_199_254_740_993n, -9_007_199_254_740_992n, 10n ** 400n])
      expect(() => safeNumber(beyond)).toThrow(RangeError);
  });

  it('is read from decimals exactly, or not at all', () => {
    expect(parseDecimal('0.75', 9)).toBe(750_000_000n);
    expect(parseDecimal('0.0028', 9)).toBe(2_800_000n);
    expect(parseDecimal('0.000000001', 9)).toBe(1n);
    expect(parseDecimal('3', 9)).toBe(3_000_000_000n);
    expect(parseDecimal('2.50', 1)).toBe(25n);
    for (const text of [
      '',
      '.5',
      '1.',
      '-1',
      '+1',
      '1e3',
      ' 1',
      '1 ',
      '1,5',
      '0x1',
      'NaN',
      '1.0000000001',
      '9'.repeat(13),
      '١',
    ])
      expect(parseDecimal(text, 9)).toBeUndefined();
  });

  it('is written as dollars that read back as the same amount', () => {
    expect(formatUsd(1_500_000n)).toBe('0.0015');
    expect(formatUsd(0n)).toBe('0');
    expect(formatUsd(2_000_000_000n)).toBe('2');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n - 1n }), (nanos) => {
        expect(parseDecimal(formatUsd(nanos), 9)).toBe(nanos);
      }),
    );
  });
});
