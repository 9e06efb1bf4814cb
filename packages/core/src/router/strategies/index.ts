import type { StrategySettings } from '../../config/routing-settings.ts';
import type { Settings } from '../../config/settings.ts';
import { isStrategyName, type StrategyName } from '../../config/strategy-names.ts';
import { cheapest } from './cheapest.ts';
import { custom } from './custom.ts';
import { fastest } from './fastest.ts';
import { headroom } from './headroom.ts';
import { leastBusy } from './least-busy.ts';
import { priority } from './priority.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';
import type { Strategy } from './strategy.ts';
import { weighted } from './weighted.ts';

/** By the name that the configuration uses, those that need nothing else. */
const STRATEGIES: Readonly<Record<Exclude<StrategyName, 'sticky'>, Strategy>> = {
  weighted,
  'round-robin': roundRobin,
  'least-busy': leastBusy,
  fastest,
  cheapest,
  headroom,
  priority,
};

/** What the configuration says, made into a strategy. */
export function strategyOf(
  { name, by, otherwise }: StrategySettings,
  settings: Pick<Settings, 'strategies' | 'log'>,
): Strategy {
  if (by === 'rpm' || by === 'tpm') return { ...weighted, name: `weighted by ${by}` };
  return by === undefined ? plain(name, settings) : sticky(by, plain(otherwise, settings));
}

function plain(name: string, { strategies, log }: Pick<Settings, 'strategies' | 'log'>): Strategy {
  const own = strategies.get(name);
  if (own !== undefined) return custom(name, own, log);
  return isStrategyName(name) && name !== 'sticky' ? STRATEGIES[name] : weighted;
}
