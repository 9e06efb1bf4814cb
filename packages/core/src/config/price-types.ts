import type { TokenClass, UnitClass } from '../cost/price.ts';

/** Prices in dollars, each a decimal text such as `'0.75'`: a number of JSON would lose digits. `'0'` is free. */
export interface RatesConfig {
  /** Dollars per 1,000,000 tokens, by class. A class that is not named has no price; `reasoning` then has that of `output`. */
  readonly perMillionTokens?: Readonly<Partial<Record<TokenClass, string>>>;
  /** Dollars per piece: a character, a second, an image, a search, a page, a request. */
  readonly perUnit?: Readonly<Partial<Record<UnitClass, string>>>;
  /** Dollars per call of a tool that the provider runs, by its name, such as `{ web_search: '0.01' }`. */
  readonly perCall?: Readonly<Record<string, string>>;
}

/** Other prices under a condition; each that is given must hold. */
export interface PriceTierConfig extends RatesConfig {
  /** The service tier that the answer tells, such as `batch`, `flex`, `priority`. */
  readonly service?: string;
  /** Prompts of more than so many tokens. */
  readonly above?: number;
  /** From and to in UTC, such as `['16:30', '00:30']`. */
  readonly hours?: readonly [string, string];
  /** Days of the week in UTC, 0 = Sunday. */
  readonly days?: readonly number[];
}

/**
 * What you pay for a model, over what the price book says. `perMillionTokens` replaces the book's prices of tokens with their tiers and whatever
 * `adjust` stood below it; `perUnit` and `perCall` are taken over one by one.
 */
export interface PriceConfig extends RatesConfig {
  /** Priced as this `provider/model` of the price book: for names of your own. */
  readonly like?: string;
  readonly tiers?: readonly PriceTierConfig[];
  /** A discount or margin in thousandths: -100 takes a tenth off, 200 puts a fifth on. */
  readonly adjust?: number;
}
