import type { Deployment } from '../deployment.ts';
import { expected } from '../latency.ts';
import type { Question } from '../question.ts';
import { least } from './least.ts';
import type { Choice, Scoring, Strategy } from './strategy.ts';

const waitOf = ({ health }: Deployment, { now, stream }: Question): number =>
  stream
    ? expected(health.firstToken, health.firstTokenAt, health.open, now)
    : expected(health.perToken, health.perTokenAt, health.open, now);

const waits: Scoring = ({ deployments }, question, scores) => {
  let at = 0;
  for (const one of deployments) scores[at++] = waitOf(one, question);
};

/** Pairs that are drawn before all deployments are looked at. */
const DRAWS = 3;

/**
 * The faster of two that are drawn: to the first content for streams, per token otherwise, with the calls under way. Two, and not the best of all, so that
 * what one process learns late does not send everything to one place.
 */
export const fastest: Strategy = {
  name: 'fastest',
  pick(tier, choice) {
    const { deployments } = tier;
    const count = deployments.length;
    for (let draw = 0; draw < DRAWS; draw++) {
      const first = Math.floor(choice.random() * count);
      const second = (first + 1 + Math.floor(choice.random() * (count - 1))) % count;
      const picked = faster(deployments[first], deployments[second], choice);
      if (picked !== undefined) return picked;
    }
    return least(tier, choice, waits);
  },
};

function faster(one: Deployment | undefined, other: Deployment | undefined, choice: Choice): Deployment | undefined {
  const [left, right] = [allowed(one, choice), allowed(other, choice)];
  if (left === undefined || right === undefined) return left ?? right;
  const leads = waitOf(left, choice.question) - waitOf(right, choice.question);
  if (leads !== 0) return leads > 0 ? right : left;
  // Those that are equal share by weight.
  const { weight } = right;
  return weight !== left.weight && choice.random() * (left.weight + weight) < weight ? right : left;
}

const allowed = (one: Deployment | undefined, choice: Choice): Deployment | undefined =>
  one !== undefined && choice.allows(one) ? one : undefined;
