import { answerTokens } from '../question.ts';
import { least } from './least.ts';
import type { Scoring, Strategy } from './strategy.ts';

const cost: Scoring = ({ deployments }, { input, output, now }, scores) => {
  const answer = answerTokens(output);
  let at = 0;
  for (const { costs } of deployments)
    scores[at++] = costs === undefined ? Number.POSITIVE_INFINITY : costs(input, answer, now);
};

/** The least money for this request's tokens; what has no known price comes last. */
export const cheapest: Strategy = { name: 'cheapest', pick: (tier, choice) => least(tier, choice, cost), scores: cost };
