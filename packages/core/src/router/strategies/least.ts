import type { Deployment, Tier } from '../deployment.ts';
import type { Choice } from './strategy.ts';

/** What a deployment counts for a choice: the least is picked. */
export type Score = (deployment: Deployment, choice: Choice) => number;

/** Of the deployments that the choice allows the one with the least score; among equals by a weighted draw. */
export function least({ deployments }: Tier, choice: Choice, score: Score): Deployment | undefined {
  let best: Deployment | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  let weight = 0;
  for (const one of deployments) {
    const scored = score(one, choice);
    if (scored > lowest || !choice.allows(one)) continue;
    // Each equal takes the place with the share that it has of the weight so far, so that at the end all have their own.
    if (scored < lowest || best === undefined) weight = one.weight;
    else {
      weight += one.weight;
      if (choice.random() * weight >= one.weight) continue;
    }
    best = one;
    lowest = scored;
  }
  return best;
}
