import { least } from './least.ts';
import type { Scoring, Strategy } from './strategy.ts';

const load: Scoring = ({ deployments }, _question, scores) => {
  let at = 0;
  for (const { health, weight } of deployments) scores[at++] = (health.open + 1) / weight;
};

/** The fewest calls under way for its weight, as this process knows. */
export const leastBusy: Strategy = {
  name: 'least-busy',
  pick: (tier, choice) => least(tier, choice, load),
  scores: load,
};
