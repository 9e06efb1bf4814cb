import type { Strategy } from './strategy.ts';

/** One after the other, in the order of the configuration. */
export const roundRobin: Strategy = {
  name: 'round-robin',
  pick({ deployments }, choice) {
    for (let step = 0; step < deployments.length; step++) {
      const next = deployments[(choice.turn + step) % deployments.length];
      if (next !== undefined && choice.allows(next)) return next;
    }
    return undefined;
  },
};
