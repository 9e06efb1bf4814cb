import { suggestion } from './problems.ts';

/** What the checks have to know of the world around the configuration. */
export interface ConfigEnvironment {
  /** Is this the id of a provider that needs no row? */
  knownProvider(id: string): boolean;
  /** Such ids, for "did you mean …?". */
  readonly providerIds?: readonly string[];
}

/** What a name in the configuration may refer to. */
export interface Known {
  /** Aliases, those of faulty entries included: a mistake is reported once, where it is. */
  readonly models: readonly string[];
  /** Configured, or known without. */
  hasProvider(id: string): boolean;
  /** The text for a provider that there is not. */
  unknownProvider(id: string): string;
}

/** The names that stand in plain data, and those of the environment. */
export function knownIn(data: unknown, environment: ConfigEnvironment): Known {
  const { providers, models } = data as { providers?: unknown; models?: unknown };
  const configured = keysOf(providers);
  return {
    models: keysOf(models),
    hasProvider: (id) => configured.includes(id) || environment.knownProvider(id),
    unknownProvider: (id) => {
      const near = suggestion(id, [...configured, ...(environment.providerIds ?? [])]);
      return `unknown provider \`${id.slice(0, 64)}\`${near || '; give it a row under `providers`, or name one that needs none'}`;
    },
  };
}

const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
