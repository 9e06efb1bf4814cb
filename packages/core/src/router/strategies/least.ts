import type { Deployment, Tier } from '../deployment.ts';
import type { Choice, Scoring } from './strategy.ts';

/** The scores of the last choice: those of its further picks are the same. One buffer for all, since nothing is picked while another pick is made. */
let scores = new Float64Array(16);
let scored: { readonly tier: Tier; readonly choice: Choice } | undefined;

/** Of the deployments that the choice allows the one with the least score; among equals by a weighted draw. */
export function least(tier: Tier, choice: Choice, score: Scoring): Deployment | undefined {
  const { deployments } = tier;
  if (scored?.choice !== choice || scored.tier !== tier) {
    if (scores.length < deployments.length) scores = new Float64Array(2 * deployments.length);
    score(tier, choice.question, scores);
    scored = { tier, choice };
  }
  return leastOf(deployments, scores, choice);
}

function leastOf(deployments: readonly Deployment[], from: Float64Array, choice: Choice): Deployment | undefined {
  let best: Deployment | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  let weight = 0;
  for (let at = 0; at < deployments.length; at++) {
    const score = from[at] ?? Number.POSITIVE_INFINITY;
    if (score > lowest) continue;
    const one = deployments[at];
    if (one === undefined || !choice.allows(one)) continue;
    // Each equal takes the place with the share that it has of the weight so far, so that at the end all have their own.
    if (score < lowest || best === undefined) weight = one.weight;
    else {
      weight += one.weight;
      if (choice.random() * weight >= one.weight) continue;
    }
    best = one;
    lowest = score;
  }
  return best;
}
