import { dayOfDate } from '../../kit/civil.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Seconds since the epoch of an HTTP date (RFC 9110 §5.6.7, the preferred form); undefined for anything else. Done by hand because adapters have no Date. */
export function httpDate(value: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(value.trim());
  if (match === null) return undefined;
  const [, day, month = '', year, hours, minutes, seconds] = match;
  const index = MONTHS.indexOf(month);
  if (index < 0 || index % 3 !== 0) return undefined;
  return (
    dayOfDate(Number(year), index / 3 + 1, Number(day)) * 86_400 +
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
 * answer's own `date` (adapters have no clock), else when a limit that is used up is full again. undefined when it does not say, or not in a readable way.
 */
export function retryAfter(header: (name: string) => string | undefined): number | undefined {
  const milliseconds = seconds(header('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const value = header('retry-after');
  if (value === undefined) return reset(header);
  const plain = seconds(value);
  if (plain !== undefined) return plain;
  const until = httpDate(value);
  const now = httpDate(header('date') ?? '');
  return until === undefined || now === undefined ? undefined : Math.max(0, until - now);
}
