import { INPUT_CLASSES, OUTPUT_CLASSES, type Price, type Rates, type TokenClass, type UnitClass } from './price.ts';
import { rateOf } from './rates.ts';

/** Units of what is priced by the piece, where they are known ahead. */
export type Pieces = Readonly<Partial<Record<UnitClass, number>>>;

/**
 * The most that a call can cost in tokens, in nano-dollars: so many tokens of the prompt and of the answer, each at the dearest rate that any class
 * and any tier gives them, and what is priced by the piece, rounded up. Tools that the provider runs are not in it.
 * @param input most tokens of the prompt; tiers above more than that are left out
 * @param output most tokens of all answers together
 * @param classes what the call can consist of; default: every class. Without audio and images in it a bound is closer.
 * @param pieces most units of what is priced by the piece; the request itself is one in any case
 */
export function worstCost(
  price: Price,
  input: number,
  output: number,
  classes: readonly TokenClass[] = [...INPUT_CLASSES, ...OUTPUT_CLASSES],
  pieces: Pieces = {},
): bigint {
  const reached = (price.tiers ?? []).filter(({ above }) => above === undefined || above < input);
  const all = [price.rates, ...reached.map((tier) => tier.rates)];
  const inputs = INPUT_CLASSES.filter((name) => classes.includes(name));
  const outputs = OUTPUT_CLASSES.filter((name) => classes.includes(name));
  let sum = BigInt(input) * dearest(all, inputs) + BigInt(output) * dearest(all, outputs);
  for (const [name, units] of Object.entries({ ...pieces, requests: 1 }) as [UnitClass, number][])
    sum += BigInt(units) * BigInt(Math.max(0, ...all.map((rates) => rates[name] ?? 0)));
  let by = 1_000_000n;
  for (const perMille of price.adjust ?? []) {
    sum *= BigInt(perMille);
    by *= 1000n;
  }
  // One less than the divisor on top: a bound is rounded up.
  return (sum + by - 1n) / by;
}

const dearest = (all: readonly Rates[], classes: readonly TokenClass[]): bigint =>
  BigInt(Math.max(0, ...all.flatMap((rates) => classes.map((name) => rateOf(rates, name) ?? 0))));
