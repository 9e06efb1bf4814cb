import { inputTotal, type Usage } from '../chat/usage.ts';
import { divideHalfUp, ExactSum } from '../kit/money.ts';
import { INPUT_CLASSES, OUTPUT_CLASSES, type Price, type Rates, UNIT_CLASSES, type UnitClass } from './price.ts';
import { rateOf, tokenRates } from './rates.ts';

/** What an attempt cost. */
export interface Cost {
  /** Nano-dollars of all that has a price. */
  readonly nanoUsd: bigint;
  /** Classes of usage without one, so that the sum is not the whole: never empty in silence. Tools as `tools.<name>`. */
  readonly unpriced: readonly string[];
}

/** Rates are for so many units. */
const UNITS_PRICED = 1_000_000n;
/** Units that are no whole number (seconds of audio) count in millionths. */
const MILLIONTHS = 1_000_000;
const THOUSAND = 1000n;

const TOKEN_CLASSES = [...INPUT_CLASSES, ...OUTPUT_CLASSES];
/** Units that some models are sold by, and that others tell beside their tokens. */
const MEASURES = UNIT_CLASSES.filter((name) => name !== 'requests');

/**
 * Usage × price, divided once and rounded half up: the sum of all classes, times the price's discounts and margins.
 * @param at when the attempt began, in milliseconds since the epoch: some prices depend on the hour
 */
export function costOf(price: Price, usage: Usage, at: number): Cost {
  const sum = new Sum();
  const terms = { service: usage.serviceTier, input: inputTotal(usage), at };
  const rates = tokenRates(price, terms);
  let tokens = 0;
  for (const name of TOKEN_CLASSES) {
    const units = usage[name];
    if (units === undefined || units === 0) continue;
    tokens += units;
    sum.add(name, units, rateOf(rates, name));
  }
  addUnits(sum, rates, price.rates, usage, tokens > 0);
  addTools(sum, rates, price.rates, usage.serverTools);
  return { nanoUsd: sum.total(price.adjust), unpriced: sum.unpriced };
}

function addUnits(sum: Sum, rates: Rates, base: Rates, usage: Usage, byTokens: boolean): void {
  const rate = (name: UnitClass) => rates[name] ?? base[name];
  const request = rate('requests');
  if (request !== undefined) sum.add('requests', 1, request);
  for (const name of MEASURES) {
    const units = usage[name];
    if (units === undefined || units === 0) continue;
    const known = rate(name);
    // Told beside tokens it is no measure of what is paid, unless the price says so.
    if (known !== undefined || !byTokens) sum.add(name, units, known);
  }
}

function addTools(sum: Sum, rates: Rates, base: Rates, calls: Usage['serverTools']): void {
  if (calls === undefined) return;
  for (const [name, count] of Object.entries(calls)) {
    if (count === 0) continue;
    sum.add(`tools.${name}`, count, toolRate(rates, name) ?? toolRate(base, name));
  }
}

const toolRate = ({ tools }: Rates, name: string): number | undefined =>
  tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined;

/** Σ units × rate, exact. */
class Sum {
  readonly unpriced: string[] = [];
  readonly #whole = new ExactSum();
  #millionths = 0n;

  /** What can't be counted exactly counts as without a price: a provider may send anything. */
  add(name: string, units: number, rate: number | undefined): void {
    if (rate === undefined || !(units >= 0 && units <= Number.MAX_SAFE_INTEGER)) this.unpriced.push(name);
    else if (Number.isInteger(units)) this.#whole.add(units, rate);
    else this.#millionths += BigInt(Math.round(units * MILLIONTHS)) * BigInt(rate);
  }

  /** Divided once, by everything. */
  total(adjust: readonly number[] = []): bigint {
    let sum = this.#whole.total;
    let by = UNITS_PRICED;
    if (this.#millionths > 0n) {
      sum = sum * BigInt(MILLIONTHS) + this.#millionths;
      by *= BigInt(MILLIONTHS);
    }
    for (const perMille of adjust) {
      sum *= BigInt(perMille);
      by *= THOUSAND;
    }
    return divideHalfUp(sum, by);
  }
}
