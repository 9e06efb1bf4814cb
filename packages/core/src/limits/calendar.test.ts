import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarPeriod, calendarWindow } from './calendar.ts';

const at = (text: string): number => Date.parse(text);
const window = (period: CalendarPeriod, zone: string, now: string): readonly string[] => {
  const { before, start, end } = calendarWindow(period, zone, at(now));
  return [before, start, end].map((moment) => new Date(moment).toISOString().replace('.000Z', 'Z'));
};

describe('a window of the calendar', () => {
  it.each<[CalendarPeriod, string, string, string, string, string]>([
    ['minute', 'UTC', '2026-03-05T10:20:30Z', '2026-03-05T10:19:00Z', '2026-03-05T10:20:00Z', '2026-03-05T10:21:00Z'],
    ['hour', 'UTC', '2026-03-05T10:20:30Z', '2026-03-05T09:00:00Z', '2026-03-05T10:00:00Z', '2026-03-05T11:00:00Z'],
    ['day', 'UTC', '2026-03-05T10:20:30Z', '2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z'],
    // 5 March 2026 is a Thursday.
    ['week', 'UTC', '2026-03-05T10:20:30Z', '2026-02-23T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'],
    ['week', 'UTC', '2026-03-08T23:59:59Z', '2026-02-23T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'],
    ['month', 'UTC', '2026-01-31T23:59:59Z', '2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ['month', 'UTC', '2024-02-29T12:00:00Z', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    // Berlin is an hour ahead in winter, two in summer; the clock is put forward on 29 March 2026 and back on 25 October.
    [
      'month',
      'Europe/Berlin',
      '2026-03-31T21:59:59Z',
      '2026-01-31T23:00:00Z',
      '2026-02-28T23:00:00Z',
      '2026-03-31T22:00:00Z',
    ],
    [
      'day',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-27T23:00:00Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    [
      'day',
      'Europe/Berlin',
      '2026-10-25T12:00:00Z',
      '2026-10-23T22:00:00Z',
      '2026-10-24T22:00:00Z',
      '2026-10-25T23:00:00Z',
    ],
    [
      'day',
      'America/New_York',
      '2026-03-05T04:59:59Z',
      '2026-03-03T05:00:00Z',
      '2026-03-04T05:00:00Z',
      '2026-03-05T05:00:00Z',
    ],
    [
      'day',
      'Asia/Kathmandu',
      '2026-03-05T18:15:00Z',
      '2026-03-04T18:15:00Z',
      '2026-03-05T18:15:00Z',
      '2026-03-06T18:15:00Z',
    ],
    // In Cairo the clock is put forward at midnight: 24 April 2026 begins at one o'clock.
    [
      'day',
      'Africa/Cairo',
      '2026-04-24T12:00:00Z',
      '2026-04-22T22:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-04-24T21:00:00Z',
    ],
  ])('%s in %s at %s', (period, zone, now, before, start, end) => {
    expect(window(period, zone, now)).toEqual([before, start, end]);
  });

  it('holds its moment, and meets the window before it and the one after it', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Africa/Cairo',
      'America/Sao_Paulo',
    );
    const periods = fc.constantFrom<CalendarPeriod>('minute', 'hour', 'day', 'week', 'month');
    const moments = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(zones, periods, moments, (zone, period, now) => {
        const { before, start, end } = calendarWindow(period, zone, now);
        expect(before < start && start <= now && now < end).toBe(true);
        expect(calendarWindow(period, zone, end).start).toBe(end);
        expect(calendarWindow(period, zone, start - 1).start).toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});
