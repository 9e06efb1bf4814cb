import type { Amounts, Reservation } from '@postern/core';
import type { Quota } from './quota.ts';
import type { Part } from './slice.ts';

/** One limit that a request is held against. */
export interface Claim {
  readonly quota: Quota;
  /** What it holds of slices, in the order of their windows. Undefined: the store itself holds it. */
  readonly parts: Part[] | undefined;
}

/** A request under way. */
export interface Hold {
  readonly sequence: number;
  readonly claims: readonly Claim[];
  /** The store has a reservation of the same id, over what is not held here. */
  readonly isInner: boolean;
  reservation: Reservation;
}

/** Adds a part; to the last one where it is of the same slice. */
export function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (last === undefined || last.slice !== part.slice) {
    parts.push(part);
    return;
  }
  last.amount += part.amount;
  if (part.slice !== undefined) part.slice.holds -= 1;
}

/** Puts what was used in the place of what was held: window after window, and what goes beyond it in the last. */
export function bookClaim({ quota, parts }: Claim, used: Amounts, now: number): void {
  if (parts === undefined) return;
  const { counts } = quota.limit;
  let left = counts === 'concurrency' ? 0 : (used[counts] ?? 0);
  parts.forEach((part, index) => {
    const amount = index === parts.length - 1 ? left : Math.min(left, part.amount);
    left -= amount;
    quota.book(part, amount, now);
  });
}

/** @throws RangeError when one is no integer from 0 up */
export function checkAmounts(amounts: Amounts): void {
  for (const name of Object.keys(amounts) as (keyof Amounts)[]) {
    const amount = amounts[name];
    if (amount === undefined || (Number.isSafeInteger(amount) && amount >= 0)) continue;
    throw new RangeError(`The amount of ${name} must be an integer from 0 up; got ${amount}.`);
  }
}

/** Both together. */
export function sumOf(amounts: Amounts, by: Amounts): Amounts {
  const total: Partial<Record<keyof Amounts, number>> = { ...amounts };
  for (const name of Object.keys(by) as (keyof Amounts)[]) total[name] = (total[name] ?? 0) + (by[name] ?? 0);
  return total;
}
