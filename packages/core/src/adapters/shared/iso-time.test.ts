import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoTime, secondsOf } from './iso-time.ts';

it('writes any second as Date does, leap days and centuries too', () => {
  const seconds = fc.integer({ min: -2_000_000_000, max: 40_000_000_000 });
  fc.assert(
    fc.property(seconds, (at) => {
      expect(isoTime(at)).toBe(new Date(at * 1000).toISOString().replace('.000Z', 'Z'));
      expect(secondsOf(isoTime(at))).toBe(at);
    }),
  );
});

it('reads zones and fractions, and nothing that is no moment', () => {
  expect(secondsOf('2023-08-04T08:52:19.385406455-07:00')).toBe(Date.parse('2023-08-04T15:52:19Z') / 1000);
  expect(secondsOf('2026-01-01T00:30:00+01:00')).toBe(Date.parse('2025-12-31T23:30:00Z') / 1000);
  for (const wrong of ['', 'yesterday', '2026-01-01', '2026-01-01T00:00:00']) expect(secondsOf(wrong)).toBeUndefined();
});
