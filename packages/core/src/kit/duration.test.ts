import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TIMER, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['1.5m', 90_000],
    ['1.1m', 66_000],
    ['0.5s', 500],
    [250, 250],
    [1, 1],
    [MAX_TIMER, MAX_TIMER],
  ])('is read: %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    ...[
      '',
      's',
      '30',
      '30 s',
      ' 30s',
      '30s ',
      '-1s',
      '+1s',
      '1e3s',
      '.5s',
      '5.s',
      '1d',
      '30S',
      '1s2',
      '1,5s',
      '٣s',
      '0s',
      '0.4ms',
      '1.5ms',
      '1000h',
      '1\n0s',
    ],
    ...[0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_TIMER + 1],
    ...[null, undefined, true, [], {}, 30n, ['30s']],
  ])('is refused when it is no time that a timer can wait: %o', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });

  it('means the same in every unit', () => {
    const units = [
      ['ms', 1],
      ['s', 1_000],
      ['m', 60_000],
      ['h', 3_600_000],
    ] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(...units), (amount, [unit, length]) => {
        expect(parseDuration(`${amount}${unit}`)).toBe(amount * length);
        expect(parseDuration(amount * length)).toBe(amount * length);
      }),
    );
  });

  it('is never read from other text, and reading never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const milliseconds = parseDuration(value);
        if (milliseconds === undefined) return;
        expect(Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= MAX_TIMER).toBe(true);
      }),
    );
  });
});
