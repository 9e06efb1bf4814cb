import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateOfDay, dayOfDate } from './civil.ts';

const DAY = 86_400_000;
const days = fc.integer({ min: -5_000_000, max: 5_000_000 });

it('agrees with the calendar of the platform', () => {
  fc.assert(
    fc.property(days, (day) => {
      const date = new Date(day * DAY);
      expect(dateOfDay(day)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
    }),
  );
});

it('finds the day of a date again', () => {
  fc.assert(
    fc.property(days, (day) => {
      const { year, month, day: inMonth } = dateOfDay(day);
      expect(dayOfDate(year, month, inMonth)).toBe(day);
    }),
  );
});

it('counts months on beyond the year', () => {
  expect(dayOfDate(2026, 13, 1)).toBe(dayOfDate(2027, 1, 1));
  expect(dayOfDate(2026, 0, 1)).toBe(dayOfDate(2025, 12, 1));
  expect(dayOfDate(2024, 14, 29)).toBe(dayOfDate(2025, 3, 1));
});
