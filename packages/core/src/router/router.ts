import type { ModelEntry } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import { RequestError } from '../kit/errors.ts';
import { type Alias, inFormat, type PlannedAttempt, planFor } from './plan.ts';

/** Model name → ordered attempts. Made at mount from the configuration; decides from what it is given and nothing else. */
export interface Router {
  /** `format`: the client's, in which a provider serves it where it can. Throws RequestError `model_not_found`. */
  plan(model: string, random: () => number, format?: WireFormat): readonly PlannedAttempt[];
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
  return {
    models: parts.models,
    plan(model, random, format) {
      const alias = parts.aliases.get(model) ?? parts.direct(model);
      if (alias === undefined) {
        throw new RequestError(
          'model_not_found',
          `The model '${model.slice(0, 200)}' does not exist or is not served here.`,
          { param: 'model' },
        );
      }
      const plan = planFor(alias, parts.aliases, parts.maxAttempts, random);
      return plan.some((planned) => served(planned, format) !== planned)
        ? plan.map((planned) => served(planned, format))
        : plan;
    },
  };
}

function served(planned: PlannedAttempt, format: WireFormat | undefined): PlannedAttempt {
  const deployment = inFormat(planned.deployment, format);
  return deployment === planned.deployment ? planned : { ...planned, deployment };
}
