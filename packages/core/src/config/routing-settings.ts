import type { StrategyConfig } from './routing-types.ts';
import type { StickyBy, WeightedBy } from './strategy-names.ts';

/** A strategy with its defaults filled in. */
export interface StrategySettings {
  readonly name: string;
  /** Undefined: of no strategy that goes by something. */
  readonly by: StickyBy | WeightedBy | undefined;
  readonly otherwise: string;
}

export function strategySettings(given: string | StrategyConfig = 'weighted'): StrategySettings {
  const { name, by, otherwise = 'weighted' } = partsOf(given);
  return { name, by: by ?? (name === 'sticky' ? 'session' : undefined), otherwise };
}

/** A strategy as an object, also where only its name is given. */
export const partsOf = (given: string | StrategyConfig): Omit<StrategyConfig, 'name'> & { readonly name: string } =>
  typeof given === 'string' ? { name: given } : given;
