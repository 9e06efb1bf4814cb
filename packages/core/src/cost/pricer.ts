import type { PriceConfig } from '../config/price-types.ts';
import type { Settings } from '../config/settings.ts';
import { underLayers } from './list.ts';
import type { Price } from './price.ts';

/** Of a deployment what its price depends on. */
export interface Priced {
  readonly id: string;
  readonly target: { readonly provider: string; readonly model: string };
}

/** Prices as configured: made at mount, asked for each attempt. */
export interface Pricer {
  /** undefined: nobody knows. */
  priceOf(deployment: Priced): Price | undefined;
}

/** Of names that callers make up, so many are remembered. */
const MOST_KNOWN = 1024;

/**
 * The prices of a configuration: the book's, under `prices['provider/*']`, `prices['provider/model']` and the deployment's own `price`, each over the
 * one before. A provider that extends another has that one's prices unless the book lists its own. undefined when there is neither book nor price.
 */
export function pricerOf(settings: Settings): Pricer | undefined {
  const { prices, priceBook, models } = settings;
  const own = new Map<string, PriceConfig>();
  for (const { deployments } of models.values())
    for (const { id, price } of deployments) if (price !== undefined) own.set(id, price);
  if (priceBook === undefined && prices.size === 0 && own.size === 0) return undefined;
  const known = new Map<string, Price | undefined>();
  return {
    priceOf(deployment) {
      const { id } = deployment;
      if (known.has(id)) return known.get(id);
      const price = priceAt(deployment, settings, own.get(id));
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(id, price);
      return price;
    },
  };
}

function priceAt({ target }: Priced, settings: Settings, own: PriceConfig | undefined): Price | undefined {
  const { prices, priceBook } = settings;
  const { provider, model } = target;
  const layers = [prices.get(`${provider}/*`), prices.get(`${provider}/${model}`), own];
  return underLayers(listed(settings, provider, model), layers, priceBook);
}

function listed({ priceBook, providers }: Settings, provider: string, model: string): Price | undefined {
  const extended = providers.get(provider)?.extends;
  return priceBook?.find(provider, model) ?? (extended === undefined ? undefined : priceBook?.find(extended, model));
}
