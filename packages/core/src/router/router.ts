import type { ModelEntry } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import { RequestError } from '../kit/errors.ts';
import { type Alias, type Deployment, inFormat, type PlannedAttempt, planFor } from './plan.ts';
import type { Relays } from './relays.ts';

/** Model name → ordered attempts. Made at mount from the configuration; decides from what it is given and nothing else. */
export interface Router {
  /** `format`: the client's, in which a provider serves it where it can. Throws RequestError `model_not_found`. */
  plan(model: string, random: () => number, format?: WireFormat): readonly PlannedAttempt[];
  /** What `/v1/models` lists. */
  readonly models: readonly ModelEntry[];
  /** A `provider/model` that the path of a request names, whether or not callers may ask for it by name. Throws RequestError `model_not_found`. */
  through(name: string, random: () => number, format?: WireFormat): readonly PlannedAttempt[];
  /** A provider, or a deployment, by its id; undefined when it is there no longer. */
  place(id: string): Deployment | undefined;
  /** The attempts for a request that is passed on to a place. `again`: it may be sent more than once. */
  relay(place: Deployment, again: boolean): readonly PlannedAttempt[];
  /** undefined: nothing is passed on. */
  readonly relays: Relays | undefined;
}

/** What a router is made from. */
export interface RouterParts {
  readonly aliases: ReadonlyMap<string, Alias>;
  /** An alias made up for a direct `provider/model` name; undefined when the name is unknown or not allowed. */
  direct(name: string): Alias | undefined;
  /** The same for any `provider/model`; undefined when the provider is unknown. */
  through(name: string): Alias | undefined;
  place(id: string): Deployment | undefined;
  /** An alias of one place. */
  relayed(place: Deployment, again: boolean): Alias;
  readonly relays: Relays | undefined;
  readonly models: readonly ModelEntry[];
  readonly maxAttempts: number;
}

export function createRouter(parts: RouterParts): Router {
  const fixed = fixedPlans(parts);
  const planned = (alias: Alias, random: () => number) => planFor(alias, parts.aliases, parts.maxAttempts, random);
  return {
    models: parts.models,
    relays: parts.relays,
    place: parts.place,
    plan(model, random, format) {
      const plan =
        fixed.get(model) ?? planned(parts.aliases.get(model) ?? parts.direct(model) ?? unknown(model), random);
      return format === undefined ? plan : inFormat(plan, format);
    },
    through(name, random, format) {
      const plan = planned(parts.through(name) ?? unknown(name), random);
      return format === undefined ? plan : inFormat(plan, format);
    },
    relay(place, again) {
      return planned(parts.relayed(place, again), () => 0);
    },
  };
}

function unknown(model: string): never {
  throw new RequestError(
    'model_not_found',
    `The model '${model.slice(0, 200)}' does not exist or is not served here.`,
    { param: 'model' },
  );
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
