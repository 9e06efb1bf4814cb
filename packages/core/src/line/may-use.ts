import type { Caller } from '../config/types.ts';
import { matchesName } from '../kit/patterns.ts';

/** May the caller use the model of this name? */
export const mayUse = (caller: Caller | undefined, model: string): boolean =>
  caller?.models === undefined || matchesName(caller.models, model);
