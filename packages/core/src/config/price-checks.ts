import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { below, type Problem } from './problems.ts';
import type { Declarative } from './types.ts';

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
