import { OPERATIONS, type Operation } from '../adapters/format.ts';
import type { Known } from './known.ts';
import { below, type Problem, suggestion } from './problems.ts';
import type { Declarative } from './types.ts';

/** Operations that need no model to be named, or whose model is always in the path. */
type Unasked = 'models' | 'realtime' | 'completions';
const UNASKED: ReadonlySet<Operation> = new Set<Unasked>(['models', 'realtime', 'completions']);

/** Operations that can have a default alias. Legacy completions are chats here. */
export type DefaultOperation = Exclude<Operation, Unasked>;
export const DEFAULT_OPERATIONS = OPERATIONS.filter((name): name is DefaultOperation => !UNASKED.has(name));

/** Checks that each default is an alias that there is. */
export function checkDefaults({ defaults = {} }: Declarative, known: Known): Problem[] {
  return Object.entries(defaults)
    .filter(([, alias]) => !known.models.includes(alias))
    .map(([operation, alias]) => ({
      path: below('defaults', operation),
      text: `unknown alias \`${alias.slice(0, 64)}\`${suggestion(alias, known.models) || '; name a key of `models`'}`,
    }));
}
