import type { PriceConfig } from '../config/price-types.ts';
import { srvName } from '../config/routing-discover.ts';
import type { Settings } from '../config/settings.ts';
import { Recent } from '../kit/recent.ts';
import { underLayers } from './list.ts';
import type { Price } from './price.ts';

/** Of a deployment what its price depends on. */
export interface Priced {
  readonly id: string;
  /** What is paid for it there, over what its model costs. */
  readonly price?: PriceConfig;
  readonly target: { readonly provider: string; readonly model: string };
}

/** Prices as configured: made at mount, asked for each attempt. */
export interface Pricer {
  /** undefined: nobody knows. */
  priceOf(deployment: Priced): Price | undefined;
}

/** Of names that callers make up, so many are remembered for certain. */
const MOST_KNOWN = 1024;

/**
 * The prices of a configuration: the book's, under `prices['provider/*']`, `prices['provider/model']` and the deployment's own `price`, each over the
 * one before. A provider that extends another has that one's prices unless the book lists its own. undefined when there is neither book nor price.
 */
export function pricerOf(settings: Settings): Pricer | undefined {
  if (settings.priceBook === undefined && settings.prices.size === 0 && !mayHaveOwn(settings)) return undefined;
  const known = new Recent<string, { readonly own: PriceConfig | undefined; readonly price: Price | undefined }>(
    MOST_KNOWN,
  );
  return {
    priceOf(deployment) {
      const { id, price: own } = deployment;
      const before = known.get(id);
      // What is looked up may have another price the next time.
      if (before !== undefined && before.own === own) return before.price;
      const price = priceAt(deployment, settings);
      known.set(id, { own, price });
      return price;
    },
  };
}

const mayHaveOwn = ({ models }: Settings): boolean =>
  [...models.values()].some(
    ({ deployments, discover }) =>
      deployments.some(({ price }) => price !== undefined) ||
      (discover !== undefined && (discover.each.price !== undefined || srvName(discover.source) === undefined)),
  );

function priceAt({ target, price: own }: Priced, settings: Settings): Price | undefined {
  const { prices, priceBook } = settings;
  const { provider, model } = target;
  const layers = [prices.get(`${provider}/*`), prices.get(`${provider}/${model}`), own];
  return underLayers(listed(settings, provider, model), layers, priceBook);
}

function listed({ priceBook, providers }: Settings, provider: string, model: string): Price | undefined {
  const extended = providers.get(provider)?.extends;
  return priceBook?.find(provider, model) ?? (extended === undefined ? undefined : priceBook?.find(extended, model));
}
