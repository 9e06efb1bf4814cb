import type { Deployment, Tier } from '../deployment.ts';
import type { Choice, Strategy } from './strategy.ts';

/** Draws that are tried before all deployments are looked at. */
const DRAWS = 4;

/** A draw in proportion to weight, without those that were drawn before. */
export const weighted: Strategy = {
  name: 'weighted',
  pick(tier, choice) {
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = tier.deployments[placeOf(choice.random() * tier.weight, tier.upTo)];
      if (drawn !== undefined && choice.allows(drawn)) return drawn;
    }
    return drawnFrom(tier, choice);
  },
};

/** The first place up to which the weights sum to more than `sum`: by halving. */
function placeOf(sum: number, upTo: readonly number[]): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((upTo[middle] ?? 0) > sum) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same draw over those only that are allowed. */
function drawnFrom({ deployments }: Tier, choice: Choice): Deployment | undefined {
  let total = 0;
  for (const one of deployments) if (choice.allows(one)) total += one.weight;
  let left = choice.random() * total;
  let last: Deployment | undefined;
  for (const one of deployments) {
    if (!choice.allows(one)) continue;
    last = one;
    left -= one.weight;
    if (left < 0) break;
  }
  return last;
}
