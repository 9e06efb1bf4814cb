import type { PriceBook } from '../cost/price.ts';
import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { below, type Problem } from './problems.ts';
import { statedOf } from './routing-discover.ts';
import type { Declarative, ModelConfig } from './types.ts';

/** Checks of `prices` that a schema can't make: what its names refer to. */
export function checkPrices({ prices = {} }: Declarative, known: Known): Problem[] {
  return Object.keys(prices).flatMap((name): Problem[] => {
    const path = below('prices', name);
    const named = parseModelName(name);
    if (named === undefined) return [{ path, text: 'names no model; write `provider/model`, or `provider/*` for all' }];
    if (!known.hasProvider(named.provider)) return [{ path, text: known.unknownProvider(named.provider) }];
    if (named.model !== '*' && named.model.includes('*'))
      return [{ path, text: 'has a `*` within a name; write one model, or `provider/*` for all' }];
    return [];
  });
}

/**
 * A budget where nothing has a price, and what has none is to be served, would never refuse anybody. Of the budgets that callers bring along only a
 * warning can be given.
 */
export function checkBudgets(declarative: Declarative, book: PriceBook | undefined): Problem[] {
  const { limits = [], unknownPrice } = declarative;
  const index = limits.findIndex(({ counts }) => counts === 'usd');
  if (unknownPrice !== 'flag' || index < 0 || book !== undefined || hasPrices(declarative)) return [];
  const text =
    "is `usd`, but nothing has a price, so it would never refuse; give `priceBook` or `prices`, or leave out `unknownPrice: 'flag'`";
  return [{ path: below(below('limits', index), 'counts'), text }];
}

/** Does the configuration itself give anything a price? */
export const hasPrices = ({ models = {}, prices = {} }: Declarative): boolean =>
  Object.keys(prices).length > 0 || Object.values(models).some(hasPrice);

const hasPrice = (model: string | ModelConfig): boolean =>
  typeof model !== 'string' &&
  statedOf(model).some((deployment) => typeof deployment !== 'string' && deployment.price !== undefined);
