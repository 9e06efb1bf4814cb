import type { Amounts, AttemptRecord, Limit, Reservation } from '@postern/core';

/** Redis counts in doubles, which are exact for integers below 2^53. What is no such integer from 0 up goes no further. */
function whole(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`The ${what} must be an integer from 0 up and below 2^53; got ${value}.`);
}

const COUNTS: ReadonlySet<string> = new Set<keyof Amounts>([
  'requests',
  'tokens',
  'inputTokens',
  'outputTokens',
  'nanoUsd',
  'concurrency',
]);

/** Amounts without what is absent. @throws RangeError for what is no integer from 0 up, or no amount */
export function checkedAmounts(amounts: Amounts): Amounts {
  const checked: Partial<Record<keyof Amounts, number>> = {};
  for (const [name, amount] of Object.entries(amounts) as [keyof Amounts, number | undefined][]) {
    if (amount === undefined) continue;
    if (!COUNTS.has(name)) throw new RangeError(`There is no amount of ${JSON.stringify(name)}.`);
    whole(amount, `amount of ${name}`);
    checked[name] = amount;
  }
  return checked;
}

/** The moment of a call, and when a reservation expires; milliseconds since the epoch. @throws RangeError for what is no integer from 0 up */
export function checkTimes(now: number, expires = 0): void {
  whole(now, 'moment of a call');
  whole(expires, 'expiry of a reservation');
}

const EXPIRY: ReadonlySet<string> = new Set<Reservation['onExpiry']>(['spend', 'release', 'doubt']);

/** @throws RangeError for what is none of the three */
export function checkExpiry(onExpiry: string): void {
  if (!EXPIRY.has(onExpiry)) throw new RangeError(`A reservation can't ${JSON.stringify(onExpiry)} when it expires.`);
}

/** A limit as the scripts take it: numbers and nothing else. @throws RangeError for what is no integer from 0 up */
export function checkedLimit(limit: Limit): Readonly<Record<string, unknown>> {
  const { counts, max, window, start, slices, rollover, soft } = limit;
  if (!COUNTS.has(counts)) throw new RangeError(`There is no amount of ${JSON.stringify(counts)} to limit.`);
  const numbers = { max, window, start, slices, from: rollover?.from, most: rollover?.most };
  const checked: Record<string, unknown> = { counts };
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined) continue;
    whole(value, `${name} of a limit`);
    checked[name] = value;
  }
  if (slices === 0) throw new RangeError('A rolling window has 1 slice or more; got 0.');
  if (soft === true) checked['soft'] = true;
  return checked;
}

/** How long a value is kept, in milliseconds; up to a thousand years. @throws RangeError for what is no integer from 0 up, or longer */
export function checkTtl(ttl: number): void {
  whole(ttl, 'time to live');
  if (ttl > LONGEST) throw new RangeError(`The time to live must be at most ${LONGEST} ms; got ${ttl}.`);
}

/** @throws RangeError for times that are no integers from 0 up and below 2^53: the ledger sorts by them */
export function checkRecord({ attempt, startedAt, endedAt }: AttemptRecord): void {
  whole(startedAt, `start of attempt ${attempt}`);
  whole(endedAt, `end of attempt ${attempt}`);
}

const LONGEST = 1_000 * 366 * 86_400_000;
