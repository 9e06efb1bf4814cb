const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Days since 1970-01-01 of a date of the Gregorian calendar; month from 1. Years count from March, so that the leap day comes last. */
export function daysFrom(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Seconds since the epoch of an HTTP date (RFC 9110 §5.6.7, the preferred form); undefined for anything else. Done by hand because adapters have no Date. */
export function httpDate(value: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(value.trim());
  if (match === null) return undefined;
  const [, day, month = '', year, hours, minutes, seconds] = match;
  const index = MONTHS.indexOf(month);
  if (index < 0 || index % 3 !== 0) return undefined;
  return (
    daysFrom(Number(year), index / 3 + 1, Number(day)) * 86_400 +
    Number(hours) * 3600 +
    Number(minutes) * 60 +
    Number(seconds)
  );
}

function seconds(value: string | undefined): number | undefined {
  const plain = value?.trim();
  return plain !== undefined && /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/**
 * Seconds after which a provider wants to be asked again: `retry-after-ms`, else `retry-after` as seconds, or as a date that is read
 * against the answer's own `date` (adapters have no clock). undefined when it does not say, or not in a readable way.
 */
export function retryAfter(header: (name: string) => string | undefined): number | undefined {
  const milliseconds = seconds(header('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const value = header('retry-after');
  const plain = seconds(value);
  if (plain !== undefined || value === undefined) return plain;
  const until = httpDate(value);
  const now = httpDate(header('date') ?? '');
  return until === undefined || now === undefined ? undefined : Math.max(0, until - now);
}
