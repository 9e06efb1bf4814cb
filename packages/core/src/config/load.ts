import { readCode } from './code.ts';
import { CODE_KEYS } from './code-keys.ts';
import { configuredKeys } from './configured-keys.ts';
import { toData } from './data.ts';
import { checkDefaults } from './default-checks.ts';
import { checkDirect } from './direct-checks.ts';
import { checkFaults } from './fault-checks.ts';
import { guardedLog } from './guarded-log.ts';
import { type ConfigEnvironment, type Known, knownIn } from './known.ts';
import { checkModels } from './model-checks.ts';
import { checkPolicies } from './policies.ts';
import { checkBudgets, checkPrices } from './price-checks.ts';
import { below, type Problem, throwProblems, whatIs } from './problems.ts';
import { checkRelays } from './relay-checks.ts';
import { checkRouting } from './routing-checks.ts';
import { checkDiscovery } from './routing-discover-checks.ts';
import { type CodeSettings, type Settings, settingsOf } from './settings.ts';
import type { Declarative, GatewayConfig, ModelConfig } from './types.ts';
import { validate } from './validate.ts';

export type { ConfigEnvironment } from './known.ts';
export type { AccessSettings, DeploymentSettings, ModelSettings, Settings, TimeoutSettings } from './settings.ts';

/**
 * Checks a configuration and fills in its defaults. What a provider needs to be called (row, base URL, key) is checked
 * where providers are resolved.
 * Throws one ConfigError that lists every mistake with its path and what to write instead; no text of a secret is in it.
 */
export function loadConfig<Host = unknown>(config: GatewayConfig<Host>, environment: ConfigEnvironment): Settings {
  guardObject(config, "{ access: 'open' }");
  return load(config, withoutCode(config), environment, []);
}

/**
 * The settings after a reload: the code is the original's, everything else the new part's alone, with the defaults where it says nothing.
 * Throws ConfigError as {@link loadConfig} does, also for what belongs to the mount: access, hooks, fetchMedia, credentials, store, platform and log.
 */
export function loadReload<Host = unknown>(
  original: GatewayConfig<Host>,
  declarative: Omit<Declarative, 'access'>,
  environment: ConfigEnvironment,
): Settings {
  guardObject(declarative, "{ models: { fast: 'provider/model' } }");
  return load(original, withoutCode(declarative), environment, codeIn(declarative));
}

function guardObject(value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throwProblems([{ path: '', text: `The configuration ${whatIs(value)}; write an object such as ${example}` }]);
}

function load(code: object, data: object, environment: ConfigEnvironment, problems: Problem[]): Settings {
  const read = readCode(code, problems);
  const plain = toData(data, problems);
  const declarative = validate(plain, problems);
  const known = knownIn(plain, environment);
  problems.push(...checkModels(declarative, known), ...checkDirect(declarative, known), ...checkRelays(declarative));
  problems.push(...checkDefaults(declarative, known));
  problems.push(...checkFaults(declarative));
  problems.push(...checkRouting(declarative, read));
  problems.push(...checkPolicies(declarative, read, known));
  problems.push(...checkDiscovery(declarative, read.discover));
  problems.push(...checkPrices(declarative, known), ...checkBudgets(declarative, read.priceBook));
  problems.push(...checkCredentials(read.credentials, known), ...checkKeyStore(read));
  throwProblems(problems);
  const settings = settingsOf(declarative, read);
  const keys = [...configuredKeys(settings)];
  return {
    ...settings,
    log: guardedLog(read.log, keys),
    found(alias, deployments) {
      const { models } = plain as Declarative;
      const model = { ...(models?.[alias] as ModelConfig), deployments };
      const found = load(code, { ...(plain as object), models: { ...models, [alias]: model } }, environment, []);
      keys.push(...configuredKeys(found).filter((key) => !keys.includes(key)));
      const made = found.models.get(alias);
      if (made === undefined) throw new TypeError('deployments of an alias that there is not');
      return made;
    },
  };
}

const checkCredentials = (credentials: CodeSettings['credentials'], known: Known): Problem[] =>
  [...credentials.keys()]
    .filter((id) => !known.hasProvider(id))
    .map((id) => ({ path: below('credentials', id), text: known.unknownProvider(id) }));

/** In a store that the gateway makes for itself nobody could put a key. */
const checkKeyStore = ({ access, store }: CodeSettings): Problem[] => {
  const needs = typeof access === 'object' && access !== null && ('keys' in access || 'createFrom' in access);
  if (!needs || store !== undefined) return [];
  return [
    {
      path: 'store',
      text: 'is missing; `access` reads keys or templates from it: write memoryStore() or another Store',
    },
  ];
};

const isCode = (key: string): boolean => (CODE_KEYS as readonly string[]).includes(key);

const withoutCode = (config: object): object =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !isCode(key)));

const codeIn = (declarative: object): Problem[] =>
  Object.entries(declarative)
    .filter(([key, member]) => isCode(key) && member !== undefined)
    .map(([path]) => ({ path, text: "belongs to the mount and can't be reloaded" }));
