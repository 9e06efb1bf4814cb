/**
 * Money is whole nano-dollars (10⁻⁹ USD), as a bigint wherever it is added up: a day of a large installation goes past 2⁵³ of them.
 * It becomes a `number` only through {@link safeNumber}, and text only as decimal digits.
 */

/** `sum / by`, rounded to the nearest whole number, half up. Neither is negative, and `by` is not 0. */
export function divideHalfUp(sum: bigint, by: bigint): bigint {
  return (sum + sum + by) / (by + by);
}

/** An amount as a number, for what can't hold a bigint. Throws RangeError beyond ±(2⁵³ − 1): a sum that lost its last digits is no sum. */
export function safeNumber(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError('an amount does not fit into a number');
  return number;
}

/** Σ units × rate of whole numbers, none negative: exact, and a number as long as one holds it, since a bigint costs ten times as much. */
export class ExactSum {
  #small = 0;
  #large = 0n;

  /** Throws RangeError for what is no whole number. */
  add(units: number, rate: number): void {
    const small = this.#small + units * rate;
    if (small <= Number.MAX_SAFE_INTEGER) this.#small = small;
    else this.#large += BigInt(units) * BigInt(rate);
  }

  get total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

const DECIMAL = /^(\d{1,12})(?:\.(\d{1,18}))?$/;

/** A decimal such as `0.75` times 10^`digits`, exactly; undefined for text that is no plain decimal, or has more digits than that. */
export function parseDecimal(text: string, digits: number): bigint | undefined {
  const [, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const exact = fraction.replace(/0+$/, '');
  return whole === '' || exact.length > digits ? undefined : BigInt(whole + exact.padEnd(digits, '0'));
}

const NANO_DIGITS = 9;

/** Nano-dollars as dollars without needless zeros: 1_500_000n → `0.0015`. */
export function formatUsd(nanoUsd: bigint): string {
  const digits = nanoUsd.toString().padStart(NANO_DIGITS + 1, '0');
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, '');
  const whole = digits.slice(0, -NANO_DIGITS);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
