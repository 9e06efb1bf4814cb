import type { ProviderRow } from '../adapters/provider-row.ts';
import type { ProviderConfig } from '../config/types.ts';
import { ConfigError } from '../kit/errors.ts';
import { placeholdersOf } from './base-url.ts';
import { catalogIds, catalogRow, didYouMean } from './row.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Providers whose key variables are set, as configuration with the key as `apiKey`. An empty variable counts as unset.
 * @param names which providers to look for; absent: every known one whose settings and base URL are complete as well.
 *   One whose credentials are code is found only by its name, whatever is set. A named one without its key is absent from the result; a named one with its key but without a setting is there, and the mount says what it lacks.
 * @throws ConfigError for a name that is no known provider
 */
export function fromEnvironment(
  names: readonly string[] | undefined,
  environment: Environment,
): Record<string, ProviderConfig> {
  const found: [string, ProviderConfig][] = [];
  for (const id of names ?? catalogIds()) {
    const row = catalogRow(id);
    if (row === undefined) throw new ConfigError('fromEnvironment', `${id} is no known provider${didYouMean(id)}`);
    const config = configOf(row, environment, names !== undefined);
    if (config !== undefined && (names !== undefined || isComplete(row, config))) found.push([id, config]);
  }
  return Object.fromEntries(found);
}

function configOf(row: ProviderRow, environment: Environment, named: boolean): ProviderConfig | undefined {
  const apiKey = firstSet(row.apiKeyEnv, environment);
  const baseUrl = firstSet(row.baseUrlEnv ?? [], environment);
  // What gives the credentials is code: it can only be asked for by name.
  const keyless = (row.apiKeyOptional === true && baseUrl !== undefined) || (named && row.auth === 'credentials');
  if (apiKey === undefined && !keyless) return undefined;
  const settings = settingsOf(row, environment);
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

function settingsOf(row: ProviderRow, environment: Environment): Record<string, string> {
  const set = Object.entries(row.settings ?? {}).map(
    ([name, variables]) => [name, firstSet(variables, environment)] as const,
  );
  return Object.fromEntries(set.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

function isComplete(row: ProviderRow, config: ProviderConfig): boolean {
  const baseUrl = config.baseUrl ?? row.baseUrl;
  if (baseUrl === undefined) return false;
  const wanted = [baseUrl, ...Object.values(row.query ?? {}), ...Object.values(row.bodyFields ?? {})].flatMap(
    placeholdersOf,
  );
  return wanted.every((name) => config.settings !== undefined && Object.hasOwn(config.settings, name));
}

function firstSet(variables: readonly string[], environment: Environment): string | undefined {
  for (const name of variables) {
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
