import { least, type Score } from './least.ts';
import type { Strategy } from './strategy.ts';

const load: Score = ({ health, weight }) => (health.open + 1) / weight;

/** The fewest calls under way for its weight, as this process knows. */
export const leastBusy: Strategy = { name: 'least-busy', pick: (tier, choice) => least(tier, choice, load) };
