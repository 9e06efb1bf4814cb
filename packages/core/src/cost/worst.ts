import { ExactSum } from '../kit/money.ts';
import {
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  type Price,
  type Rates,
  type TokenClass,
  UNIT_CLASSES,
  type UnitClass,
} from './price.ts';
import { rateOf } from './rates.ts';

/** Units of what is priced by the piece, where they are known ahead. */
export interface Pieces extends Readonly<Partial<Record<UnitClass, number>>> {
  /** Most calls of tools that the provider runs, by name. */
  readonly tools?: Readonly<Record<string, number>>;
}

const EVERY: readonly TokenClass[] = [...INPUT_CLASSES, ...OUTPUT_CLASSES];
const NO_PIECES: Pieces = Object.freeze({});

/**
 * The most that a call can cost in tokens, in nano-dollars: so many tokens of the prompt and of the answer, each at the dearest rate that any class
 * and any tier gives them, and what is priced by the piece, rounded up.
 * @param input most tokens of the prompt; tiers above more than that are left out
 * @param output most tokens of all answers together
 * @param classes what the call can consist of; default: every class. Without audio and images in it a bound is closer.
 * @param pieces most units of what is priced by the piece, and calls of tools; the request itself is one in any case
 */
export function worstCost(
  price: Price,
  input: number,
  output: number,
  classes: readonly TokenClass[] = EVERY,
  pieces: Pieces = NO_PIECES,
): bigint {
  const all = ratesUpTo(price, input);
  const sum = new ExactSum();
  sum.add(1, mostOf(all, 'requests'));
  sum.add(input, dearest(all, INPUT_CLASSES, classes));
  sum.add(output, dearest(all, OUTPUT_CLASSES, classes));
  for (const name of UNIT_CLASSES) sum.add(pieces[name] ?? 0, mostOf(all, name));
  for (const name in pieces.tools) sum.add(pieces.tools[name] ?? 0, mostOfTool(all, name));
  let total = sum.total;
  let by = 1_000_000n;
  for (const perMille of price.adjust ?? []) {
    total *= BigInt(perMille);
    by *= 1000n;
  }
  // One less than the divisor on top: a bound is rounded up.
  return (total + by - 1n) / by;
}

/** The rates that may hold for a prompt of at most so many tokens. */
function ratesUpTo({ rates, tiers = [] }: Price, input: number): readonly Rates[] {
  const all = [rates];
  for (const tier of tiers) if (tier.above === undefined || tier.above < input) all.push(tier.rates);
  return all;
}

/** Of the classes of one side that the call can consist of. */
function dearest(all: readonly Rates[], side: readonly TokenClass[], classes: readonly TokenClass[]): number {
  let most = 0;
  for (const name of side) {
    if (!classes.includes(name)) continue;
    for (const rates of all) most = Math.max(most, rateOf(rates, name) ?? 0);
  }
  return most;
}

/** The highest price of a piece. */
function mostOf(all: readonly Rates[], name: UnitClass): number {
  let most = 0;
  for (const rates of all) most = Math.max(most, rates[name] ?? 0);
  return most;
}

const mostOfTool = (all: readonly Rates[], name: string): number =>
  all.reduce((most, { tools }) => Math.max(most, tools?.[name] ?? 0), 0);
