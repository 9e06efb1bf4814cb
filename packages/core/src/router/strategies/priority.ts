import type { Strategy } from './strategy.ts';

/** The first in the order of the configuration that may be asked. */
export const priority: Strategy = {
  name: 'priority',
  pick: ({ deployments }, choice) => deployments.find((one) => choice.allows(one)),
};
