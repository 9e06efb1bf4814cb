import { least } from './least.ts';
import type { Scoring, Strategy } from './strategy.ts';

/** Tokens of an answer that the client does not bound, as far as prices are compared by them. */
const ANSWER = 1_000;

const cost: Scoring = ({ deployments }, { input, output, now }, scores) => {
  const answer = output === 0 ? ANSWER : output;
  let at = 0;
  for (const { costs } of deployments)
    scores[at++] = costs === undefined ? Number.POSITIVE_INFINITY : costs(input, answer, now);
};

/** The least money for this request's tokens; what has no known price comes last. */
export const cheapest: Strategy = { name: 'cheapest', pick: (tier, choice) => least(tier, choice, cost), scores: cost };
