import type { Known } from './known.ts';
import { below, type Problem, suggestion } from './problems.ts';
import type { Declarative, DefaultModel } from './types.ts';

/** By operation, with what isn't said filled in. */
export const defaultModels = (defaults: Declarative['defaults'] = {}): Map<string, Required<DefaultModel>> =>
  new Map(
    Object.entries(defaults).map(([operation, given]) => [
      operation,
      { straight: false, ...(typeof given === 'string' ? { model: given } : given) },
    ]),
  );

/** Checks that each default is an alias that there is. */
export function checkDefaults({ defaults = {} }: Declarative, known: Known): Problem[] {
  return Object.entries(defaults).flatMap(([operation, given]) => {
    const alias = typeof given === 'string' ? given : given.model;
    if (known.models.includes(alias) && !alias.endsWith('*')) return [];
    const path = below('defaults', operation);
    return {
      path: alias === given ? path : below(path, 'model'),
      text: `unknown alias \`${alias.slice(0, 64)}\`${suggestion(alias, known.models) || '; name a key of `models`'}`,
    };
  });
}
