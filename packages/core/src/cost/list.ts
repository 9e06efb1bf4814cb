import type { PriceConfig } from '../config/price-types.ts';
import { layered } from './layers.ts';
import type { Price, PriceBook, PriceEntry } from './price.ts';

/**
 * All prices as a gateway with this configuration would reckon with: the book's, under those of `prices`, and behind them models that only `prices`
 * names. What a deployment says for itself is not among them. The configuration is one that a gateway has taken.
 */
export function* listPrices(config: {
  readonly priceBook?: PriceBook | undefined;
  readonly prices?: Readonly<Record<string, PriceConfig>> | undefined;
}): Generator<PriceEntry> {
  const { priceBook, prices = {} } = config;
  const own = new Map(Object.entries(prices).filter(([name]) => !name.endsWith('/*')));
  const price = (provider: string, model: string, listed: Price | undefined) =>
    underLayers(listed, [prices[`${provider}/*`], own.get(`${provider}/${model}`)], priceBook);
  for (const entry of priceBook?.list() ?? []) {
    const known = price(entry.provider, entry.model, entry.price);
    own.delete(`${entry.provider}/${entry.model}`);
    if (known !== undefined) yield { ...entry, price: known };
  }
  for (const name of own.keys()) {
    const slash = name.indexOf('/');
    const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
    const known = price(provider, model, priceBook?.find(provider, model));
    if (known !== undefined) yield { provider, model, price: known };
  }
}

/** A price under what the configuration says, the last one on top. */
export function underLayers(
  listed: Price | undefined,
  layers: readonly (PriceConfig | undefined)[],
  book: PriceBook | undefined,
): Price | undefined {
  let price = listed;
  for (const layer of layers) {
    if (layer !== undefined) price = layered(layer.like === undefined ? price : like(layer.like, book), layer);
  }
  return price;
}

function like(name: string, book: PriceBook | undefined): Price | undefined {
  const slash = name.indexOf('/');
  return slash < 1 ? undefined : book?.find(name.slice(0, slash), name.slice(slash + 1));
}
