import { dateOfDay, dayOfDate } from '../kit/civil.ts';
import { offsetAt } from '../kit/zone.ts';

/** A calendar period. Weeks begin on Monday. */
export type CalendarPeriod = 'minute' | 'hour' | 'day' | 'week' | 'month';

/** A window of a calendar: milliseconds since the epoch, `end` excluded, and where the one before it began. */
export interface CalendarWindow {
  readonly before: number;
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The window that a moment falls into. `timeZone` is a name that `Intl` knows. */
export function calendarWindow(period: CalendarPeriod, timeZone: string, now: number): CalendarWindow {
  // Minutes and hours of all zones in use today but for a few quarter-hours begin together.
  if (period === 'minute' || period === 'hour') return fixed(period === 'minute' ? MINUTE : HOUR, now);
  const offset = offsetAt(timeZone, now);
  const day = Math.floor((now + offset) / DAY);
  const [before, first, next] = period === 'month' ? months(day) : days(day, period);
  const at = (local: number) => startOfDay(timeZone, local);
  return { before: at(before), start: at(first), end: at(next) };
}

function fixed(length: number, now: number): CalendarWindow {
  const start = Math.floor(now / length) * length;
  return { before: start - length, start, end: start + length };
}

type Days = readonly [before: number, first: number, next: number];

/** 1970-01-01 was a Thursday. */
function days(day: number, period: 'day' | 'week'): Days {
  if (period === 'day') return [day - 1, day, day + 1];
  const monday = day - ((((day + 3) % 7) + 7) % 7);
  return [monday - 7, monday, monday + 7];
}

function months(day: number): Days {
  const { year, month } = dateOfDay(day);
  return [dayOfDate(year, month - 1, 1), dayOfDate(year, month, 1), dayOfDate(year, month + 1, 1)];
}

/**
 * When a day begins in a zone. Where a clock is put forward over midnight, the day begins with what follows; where it is put back over it, with the first
 * of the two midnights.
 */
function startOfDay(timeZone: string, day: number): number {
  const local = day * DAY;
  const [earlier, later] = [offsetAt(timeZone, local - DAY), offsetAt(timeZone, local + DAY)];
  const midnights = [earlier, later].map((offset) => local - offset).sort((a, b) => a - b);
  const [first = local, last = local] = midnights;
  return midnights.find((at) => at + offsetAt(timeZone, at) === local) ?? Math.max(first, last);
}
