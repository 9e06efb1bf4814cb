const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Clocks are set at no other moments. */
const QUARTER = 15 * MINUTE;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The quarter of an hour for which it was asked last, and what it said. */
  quarter: number;
  offset: number;
}

const zones = new Map<string, Zone>();

/** Milliseconds by which a zone is ahead of UTC at a moment. `timeZone` is a name that `Intl` knows. */
export function offsetAt(timeZone: string, at: number): number {
  if (timeZone === 'UTC') return 0;
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
    zone = { format, quarter: Number.NaN, offset: 0 };
    zones.set(timeZone, zone);
  }
  const quarter = Math.floor(at / QUARTER);
  if (zone.quarter !== quarter) {
    zone.quarter = quarter;
    zone.offset = offsetOf(zone.format, at);
  }
  return zone.offset;
}

function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  if (sign === undefined) return 0;
  const ahead = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds ?? 0) * 1_000;
  return sign === '-' ? -ahead : ahead;
}
