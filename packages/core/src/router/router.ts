import type { ModelEntry } from '../adapters/adapter.ts';
import { RequestError } from '../kit/errors.ts';
import { type Alias, type PlannedAttempt, planFor } from './plan.ts';

/** Model name → ordered attempts. Made at mount from the configuration; decides from what it is given and nothing else. */
export interface Router {
  /** Throws RequestError `model_not_found`. */
  plan(model: string, random: () => number): readonly PlannedAttempt[];
  /** What `/v1/models` lists. */
  readonly models: readonly ModelEntry[];
}

/** What a router is made from. */
export interface RouterParts {
  readonly aliases: ReadonlyMap<string, Alias>;
  /** An alias made up for a direct `provider/model` name; undefined when the name is unknown or not allowed. */
  direct(name: string): Alias | undefined;
  readonly models: readonly ModelEntry[];
  readonly maxAttempts: number;
}

export function createRouter(parts: RouterParts): Router {
  const fixed = fixedPlans(parts);
  return {
    models: parts.models,
    plan(model, random) {
      const only = fixed.get(model);
      if (only !== undefined) return only;
      const alias = parts.aliases.get(model) ?? parts.direct(model);
      if (alias === undefined) {
        throw new RequestError(
          'model_not_found',
          `The model '${model.slice(0, 200)}' does not exist or is not served here.`,
          { param: 'model' },
        );
      }
      return planFor(alias, parts.aliases, parts.maxAttempts, random);
    },
  };
}

/** Where nothing is left to choose the plan is always the same. */
function fixedPlans({ aliases, maxAttempts }: RouterParts): ReadonlyMap<string, readonly PlannedAttempt[]> {
  const fixed = new Map<string, readonly PlannedAttempt[]>();
  for (const [name, alias] of aliases) {
    if (alias.deployments.length === 1 && alias.fallbacks.length === 0)
      fixed.set(
        name,
        planFor(alias, aliases, maxAttempts, () => 0),
      );
  }
  return fixed;
}
