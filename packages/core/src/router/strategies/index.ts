import type { StrategyName } from '../../config/strategy-names.ts';
import { roundRobin } from './round-robin.ts';
import type { Strategy } from './strategy.ts';
import { weighted } from './weighted.ts';

/** By the name that the configuration uses. */
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = { weighted, 'round-robin': roundRobin };
