/** Tokens that are priced, by the classes of `Usage`; the first six are of the prompt. */
export const INPUT_CLASSES = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'inputAudio', 'inputImage'] as const;
export const OUTPUT_CLASSES = ['output', 'reasoning', 'outputAudio', 'outputImage'] as const;
/** What is priced by the piece: characters, seconds, images, searches of a reranker, pages, and each request as such. */
export const UNIT_CLASSES = [
  'inputCharacters',
  'inputSeconds',
  'outputImages',
  'searchUnits',
  'pages',
  'requests',
] as const;

export type TokenClass = (typeof INPUT_CLASSES)[number] | (typeof OUTPUT_CLASSES)[number];
export type UnitClass = (typeof UNIT_CLASSES)[number];

/**
 * Integer nano-dollars per 1,000,000 units, each below 2⁵³. A class that is absent has no known price, and is never billed as another one; but
 * `reasoning` has the price of `output` unless it says its own, since that is how reasoning is sold:
 * https://platform.openai.com/docs/guides/reasoning, https://platform.claude.com/docs/en/build-with-claude/extended-thinking, https://ai.google.dev/gemini-api/docs/thinking
 */
export interface Rates extends Readonly<Partial<Record<TokenClass | UnitClass, number>>> {
  /** By the name of a tool that the provider runs: a million calls of it. */
  readonly tools?: Readonly<Record<string, number>>;
}

/** Other rates under a condition; every condition that is given must hold. What is priced by the piece keeps its price unless the tier names it. */
export interface PriceTier {
  /** The service tier that the answer told, such as `batch`, `flex`, `priority`. */
  readonly service?: string;
  /** Prompts of more than so many tokens; then all tokens are priced so, not only those beyond. */
  readonly above?: number;
  /** Minutes of the day in UTC, from (included) to (excluded). Never past midnight: two tiers do that. */
  readonly hours?: readonly [number, number];
  /** Days of the week in UTC, 0 = Sunday. */
  readonly days?: readonly number[];
  readonly rates: Rates;
}

/** What a model costs at a provider. */
export interface Price {
  readonly rates: Rates;
  readonly tiers?: readonly PriceTier[];
  /** Discounts and margins, each in thousandths: 900 takes a tenth off, 1200 puts a fifth on. They multiply. */
  readonly adjust?: readonly number[];
  /** Where the price was read; an address or a name. */
  readonly source?: string;
  /** Sources disagreed; these are the rates that were not taken. */
  readonly disputed?: { readonly source: string; readonly rates: Rates };
}

/** A model's entry in a list of prices. */
export interface PriceEntry {
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly price: Price;
}

/** A list of prices, for `priceBook` of the configuration. */
export interface PriceBook {
  /** When it was put together, such as `2026-11-29`. */
  readonly date: string;
  /** By a provider's id and exactly this name of a model; undefined when it is not listed. Called on the way of requests: quick, and never throws. */
  find(provider: string, model: string): Price | undefined;
  list(): Iterable<PriceEntry>;
}
