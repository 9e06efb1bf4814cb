import type { Price, PriceTier, Rates, TokenClass } from './price.ts';

/** What an answer told that its price depends on. */
export interface Terms {
  readonly service: string | undefined;
  /** All tokens of the prompt. */
  readonly input: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Names for no service tier in particular. */
const STANDARD: ReadonlySet<string> = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

const NO_RATES: Rates = Object.freeze({});
const MINUTE = 60_000;
const DAY_MINUTES = 1440;
/** The first of January 1970 was a Thursday. */
const EPOCH_DAY = 4;

/**
 * The rates of tokens under these terms: those of the tier that fits best, which is the one above most tokens, and among such the last. A service
 * tier that the price doesn't know has no rates, as it may be dearer.
 */
export function tokenRates({ rates, tiers }: Price, terms: Terms): Rates {
  const service = serviceOf(terms.service);
  let best: PriceTier | undefined;
  for (const tier of tiers ?? []) {
    if (tier.service === service && holds(tier, terms) && (tier.above ?? 0) >= (best?.above ?? 0)) best = tier;
  }
  return best?.rates ?? (service === undefined ? rates : NO_RATES);
}

/** The service tier, unless it is the usual one. */
const serviceOf = (told: string | undefined): string | undefined =>
  told === undefined || STANDARD.has(told) ? undefined : told;

function holds({ above, hours, days }: PriceTier, { input, at }: Terms): boolean {
  if (above !== undefined && input <= above) return false;
  const minutes = Math.floor(at / MINUTE);
  if (days !== undefined && !days.includes((Math.floor(minutes / DAY_MINUTES) + EPOCH_DAY) % 7)) return false;
  const minute = minutes % DAY_MINUTES;
  return hours === undefined || (minute >= hours[0] && minute < hours[1]);
}

/** The rate of a class of tokens; see {@link Rates} for reasoning. */
export const rateOf = (rates: Rates, name: TokenClass): number | undefined =>
  rates[name] ?? (name === 'reasoning' ? rates.output : undefined);
