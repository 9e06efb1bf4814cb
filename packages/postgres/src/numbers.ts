import type { Amounts, Limit } from '@postern/core';

/** Throws RangeError unless every amount is an integer from 0 up and below 2^53. */
export function checkAmounts(amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount !== undefined && !isCount(amount))
      throw new RangeError(`The amount of ${name} must be an integer from 0 up; got ${amount}.`);
  }
}

/** Throws RangeError unless the numbers of a limit are ones that the store can count with. */
export function checkLimit({ id, max, window, start, slices, rollover }: Limit): void {
  const sound =
    isCount(max) &&
    isCount(window) &&
    (start === undefined || Number.isSafeInteger(start)) &&
    (slices === undefined || (isCount(slices) && slices >= 1)) &&
    (rollover === undefined ||
      (Number.isSafeInteger(rollover.from) && isCount(rollover.most) && isCount(max + rollover.most)));
  if (!sound) throw new RangeError(`The numbers of the limit ${JSON.stringify(id)} must be integers below 2^53.`);
}

/** An int8 of PostgreSQL, which arrives as text or out of JSON, as a number. Throws RangeError from 2^53 on: a number would be another one. */
export function numberOf(int8: string | number): number {
  const value = Number(int8);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`The store holds ${int8}, which is not below 2^53.`);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
