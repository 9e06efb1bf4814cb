/** How one of an alias's deployments is picked, by name. */
export const STRATEGY_NAMES = [
  'weighted',
  'round-robin',
  'least-busy',
  'fastest',
  'cheapest',
  'headroom',
  'priority',
  'sticky',
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** What `sticky` keeps together. */
export const STICKY_BY = ['session', 'caller', 'prompt'] as const;
export type StickyBy = (typeof STICKY_BY)[number];

/** What `weighted` may weigh by instead of `weight`. */
export const WEIGHTED_BY = ['rpm', 'tpm'] as const;
export type WeightedBy = (typeof WEIGHTED_BY)[number];

export const isStrategyName = (name: string): name is StrategyName =>
  (STRATEGY_NAMES as readonly string[]).includes(name);
