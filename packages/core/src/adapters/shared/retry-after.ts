import { dayOfDate } from '../../kit/civil.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

const TIME = '(?<hours>\\d\\d):(?<minutes>\\d\\d):(?<seconds>\\d\\d)';
/** The preferred form, the one of RFC 850, and that of C's asctime(). */
const FORMS = [
  `[A-Z][a-z]{2}, (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${TIME} GMT`,
  `[A-Z][a-z]{5,8}, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${TIME} GMT`,
  `[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Two digits of a year: those from 70 on are of the last century, since nobody knows here which one it is. */
const fullYear = (year: string): number => Number(year) + (year.length > 2 ? 0 : Number(year) < 70 ? 2000 : 1900);

/** Seconds since the epoch of an HTTP date, in each of the three forms of RFC 9110 §5.6.7; undefined for anything else. Done by hand because adapters have no Date. */
export function httpDate(value: string): number | undefined {
  const text = value.trim();
  let parts: Readonly<Record<string, string>> | undefined;
  for (const form of FORMS) parts ??= form.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { day, month = '', year = '', hours, minutes, seconds } = parts;
  const index = MONTHS.indexOf(month);
  if (index < 0 || index % 3 !== 0) return undefined;
  return (
    dayOfDate(fullYear(year), index / 3 + 1, Number(day)) * 86_400 +
    Number(hours) * 3600 +
    Number(minutes) * 60 +
    Number(seconds)
  );
}

function seconds(value: string | undefined): number | undefined {
  const plain = value?.trim();
  return plain !== undefined && /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of a duration such as `6m0s`, `1.2s`, `120ms`, or a plain number. */
function span(value: string | undefined): number | undefined {
  const plain = seconds(value);
  if (plain !== undefined || value === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(value)) return plain;
  let sum = 0;
  for (const [, amount, unit = 's'] of value.matchAll(/([\d.]+)(ms|[hms])/g))
    sum += Number(amount) * (UNITS[unit] ?? 0);
  return sum;
}

/**
 * When the limits are full again that are used up, by the headers of OpenAI and those who follow it.
 * Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
 */
function reset(header: (name: string) => string | undefined): number | undefined {
  let longest: number | undefined;
  for (const counted of ['requests', 'tokens']) {
    if (header(`x-ratelimit-remaining-${counted}`) !== '0') continue;
    const wait = span(header(`x-ratelimit-reset-${counted}`));
    if (wait !== undefined && wait > (longest ?? 0)) longest = wait;
  }
  return longest;
}

/**
 * Seconds after which a provider wants to be asked again: `retry-after-ms`, else `retry-after` as seconds, or as a date that is read against the
 * answer's own `date` (adapters have no clock), else when a limit that is used up is full again. undefined when it does not say, or not in a readable way; no time
 * at all is not said either: whoever comes back at once is refused at once.
 */
export function retryAfter(header: (name: string) => string | undefined): number | undefined {
  const milliseconds = seconds(header('retry-after-ms'));
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds / 1000;
  const value = header('retry-after') ?? '';
  const wait = seconds(value) ?? (httpDate(value) ?? Number.NaN) - (httpDate(header('date') ?? '') ?? Number.NaN);
  return wait > 0 ? wait : reset(header);
}
