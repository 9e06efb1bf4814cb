import type { Usage } from '../../chat/usage.ts';
import type { Amounts } from '../../store/store.ts';
import type { LineExchange } from '../exchange.ts';
import { billOf } from '../price.ts';
import { countable } from '../used.ts';

/** Adds what a response cost to what its session did: each is priced by itself, as its provider bills it. Gives it as limits count it. */
export function billResponse(exchange: LineExchange, usage: Usage): Pick<Amounts, 'nanoUsd'> {
  const { billed, line, open } = exchange;
  if (line.prices === undefined || open === undefined) return {};
  const { cost } = billOf(line.prices, open.planned.deployment, usage, line.platform.clock.now());
  // A sum that lacks something would pass for the cost.
  const known = cost !== undefined && billed?.unpriced !== true;
  exchange.billed = known ? { cost: (BigInt(billed?.cost ?? 0) + BigInt(cost)).toString() } : { unpriced: true };
  return cost === undefined ? {} : { nanoUsd: countable(BigInt(cost)) };
}
