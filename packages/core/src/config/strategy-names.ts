/** How one of an alias's deployments is picked, by name. */
export const STRATEGY_NAMES = ['weighted', 'round-robin'] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];
