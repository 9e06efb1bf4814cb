import type { Known } from './known.ts';
import { below, type Problem, suggestion } from './problems.ts';
import type { Declarative } from './types.ts';

/** Checks that each default is an alias that there is. */
export function checkDefaults({ defaults = {} }: Declarative, known: Known): Problem[] {
  return Object.entries(defaults)
    .filter(([, alias]) => !known.models.includes(alias) || alias.endsWith('*'))
    .map(([operation, alias]) => ({
      path: below('defaults', operation),
      text: `unknown alias \`${alias.slice(0, 64)}\`${suggestion(alias, known.models) || '; name a key of `models`'}`,
    }));
}
