import { dateOfDay, dayOfDate } from '../../kit/civil.ts';

const DAY = 86_400;
const two = (value: number): string => String(value).padStart(2, '0');

/** A moment in unix seconds as ISO 8601 in UTC, `2026-11-29T01:40:01Z`. Done by hand because adapters have no Date. */
export function isoTime(seconds: number): string {
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  const { year, month, day } = dateOfDay(days);
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}Z`;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):?(\d\d))$/i;

/** Unix seconds, fractions cut, of a moment in ISO 8601 with its zone (RFC 3339); undefined for anything else. */
export function secondsOf(iso: string): number | undefined {
  const found = ISO.exec(iso);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1, 7).map(Number);
  const offset = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * 60 * (found[7] === '-' ? -1 : 1);
  return dayOfDate(year, month, day) * DAY + hours * 3600 + minutes * 60 + seconds - offset;
}
