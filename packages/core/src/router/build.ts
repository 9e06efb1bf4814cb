import type { ModelEntry, Target } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import { CAPABILITIES } from '../chat/capability.ts';
import { isNeed } from '../chat/needs.ts';
import type { PlaceSettings } from '../config/routing-places.ts';
import type { DeploymentSettings, ModelSettings, Settings, TimeoutSettings } from '../config/settings.ts';
import type { ProviderConfig } from '../config/types.ts';
import { headerName } from '../kit/header-name.ts';
import { matchesName } from '../kit/patterns.ts';
import { factsOf, type ModelFacts, UNKNOWN_MODEL } from '../providers/facts/facts.ts';
import { type ResolvedProvider, resolveProvider } from '../providers/resolve.ts';
import { servesAlso } from '../providers/row.ts';
import { type Deployment, tiersOf } from './deployment.ts';
import { conditionsOf } from './fitting.ts';
import type { Fleet } from './fleet.ts';
import type { Alias, Timers } from './plan.ts';
import { relaysOf } from './relays.ts';
import { createRouter, type Router } from './router.ts';
import { splitOf } from './split.ts';
import { STRATEGIES } from './strategies/index.ts';
import { weighted } from './strategies/weighted.ts';

const NO_PROVIDER: ProviderConfig = {};

/** The router of a checked configuration. Throws ConfigError for a provider that can not be called. `now`: Unix seconds. */
export function routerOf(settings: Settings, now: number, fleet: Fleet): Router {
  const providers = new Map<string, ResolvedProvider>();
  for (const [id, config] of settings.providers)
    providers.set(id, resolveProvider(id, config, undefined, settings.credentials.get(id)));
  const aliases = new Map<string, Alias>();
  for (const model of settings.models.values())
    aliases.set(model.name, aliasOf(model, settings, providers, fleet, now * 1_000));
  return createRouter({
    aliases,
    models: listed(settings, now),
    maxAttempts: settings.maxAttempts,
    fallbackDepth: settings.fallbackDepth,
    allowsDirect: (name) => allowsDirect(settings, name),
    direct: (name) => directAlias(name, settings, providers, fleet),
    place: (id) => placeOf(id, aliases, providers, fleet),
    relayed: (place, again) => aliasAt(place, again ? DIRECT_RETRIES : 0, settings),
    relays: relaysOf(settings, providers),
    fleet,
  });
}

/** A provider, `provider/model`, or `alias#index`. */
function placeOf(
  id: string,
  aliases: ReadonlyMap<string, Alias>,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
): Deployment | undefined {
  const alias = aliases.get(id.slice(0, Math.max(0, id.lastIndexOf('#'))));
  const deployment = alias?.deployments.find((one) => one.id === id);
  if (deployment !== undefined) return deployment;
  const slash = id.indexOf('/');
  const provider = providers.get(slash < 0 ? id : id.slice(0, slash));
  return provider === undefined ? undefined : placeAt(provider, fleet);
}

/** A provider as such: what is passed on to it is about no model. */
function placeAt(provider: ResolvedProvider, fleet: Fleet): Deployment {
  const shown = { model: headerName(provider.id), deployment: headerName(provider.id) };
  const { id } = provider;
  const target = targetOf(provider, '', UNKNOWN_MODEL, {});
  return { id, provider, target, also: NO_OTHER, weight: 1, order: 0, name: id, shown, health: fleet.of(id) };
}

function aliasOf(
  model: ModelSettings,
  settings: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
  now: number,
): Alias {
  const deployments = model.deployments.map((deployment, index) =>
    deploymentOf(deployment, `models.${model.name}.deployments.${index}`, settings, providers, fleet),
  );
  return {
    name: model.name,
    deployments,
    tiers: tiersOf(deployments),
    strategy: STRATEGIES[model.strategy],
    conditions: conditionsOf(deployments, model.defaultTag),
    ...(model.split === undefined ? {} : { split: splitOf(model.split, now) }),
    shadow: model.shadow,
    retries: model.retries,
    timers: timersOf(model.timeouts),
    total: model.timeouts.total,
    fallbacks: model.fallbacks,
    onBudget: model.onBudget,
  };
}

function deploymentOf(
  given: DeploymentSettings,
  path: string,
  settings: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
): Deployment {
  const { apiKey, baseUrl } = given;
  const known = apiKey === undefined && baseUrl === undefined ? providers.get(given.provider) : undefined;
  const own = {
    ...(settings.providers.get(given.provider) ?? NO_PROVIDER),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
  const provider = known ?? resolveProvider(given.provider, own, path, settings.credentials.get(given.provider));
  const target = targetOf(provider, given.model, factsFor(given, settings), given);
  return deploymentAt(given.id, provider, target, given.weight, given.order, fleet, given);
}

function deploymentAt(
  id: string,
  provider: ResolvedProvider,
  target: Target,
  weight: number,
  order: number,
  fleet: Fleet,
  { tags, region, hours }: PlaceSettings = {},
): Deployment {
  const name = `${provider.id}/${target.model}`;
  const shown = { model: headerName(name), deployment: headerName(id) };
  const own = {
    id,
    provider,
    target,
    also: NO_OTHER,
    weight,
    order,
    name,
    shown,
    health: fleet.of(id),
    ...(tags === undefined ? {} : { tags }),
    ...(region === undefined ? {} : { region }),
    ...(hours === undefined ? {} : { hours }),
  };
  return provider.also.size === 0 ? own : { ...own, also: inOtherFormats(own) };
}

const NO_OTHER: Deployment['also'] = new Map();

function inOtherFormats(own: Deployment): Deployment['also'] {
  const also = new Map<WireFormat, Deployment>();
  for (const [format, provider] of own.provider.also) {
    if (servesAlso(own.provider.row, format, own.target.model))
      also.set(format, { ...own, provider, target: { ...own.target, row: provider.row } });
  }
  return also;
}

/** What is documented of a model at its provider, or at the one that this one is configured after. */
function factsFor({ provider, model }: { provider: string; model: string }, settings: Settings): ModelFacts {
  return factsOf(settings.providers.get(provider)?.extends ?? provider, model);
}

/** What a deployment says of its model weighs more than what is documented. */
function targetOf(
  provider: ResolvedProvider,
  model: string,
  facts: ModelFacts,
  stated: Pick<DeploymentSettings, 'capabilities' | 'contextWindow'>,
): Target {
  const { maxOutputTokens } = facts;
  const contextWindow = stated.contextWindow ?? facts.contextWindow;
  const lacks = CAPABILITIES.filter(isNeed).filter(
    (name) => !(stated.capabilities?.[name] ?? !facts.cannot.includes(name)),
  );
  return {
    provider: provider.id,
    model,
    row: provider.row,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
  };
}

function timersOf(timeouts: TimeoutSettings): Alias['timers'] {
  const plain: Timers = { firstToken: timeouts.firstToken, idle: timeouts.idle };
  const reasoning: Timers = { firstToken: timeouts.firstTokenReasoning, idle: timeouts.idle };
  return (thinks) => (thinks ? reasoning : plain);
}

/** Retries of a direct name; an alias says its own. */
const DIRECT_RETRIES = 2;

function directAlias(
  name: string,
  settings: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
): Alias | undefined {
  const slash = name.indexOf('/');
  const provider = slash < 1 ? undefined : providers.get(name.slice(0, slash));
  if (provider === undefined || slash === name.length - 1) return undefined;
  return aliasAt(directDeployment(name, provider, name.slice(slash + 1), settings, fleet), DIRECT_RETRIES, settings);
}

function aliasAt(deployment: Deployment, retries: number, { timeouts }: Settings): Alias {
  return {
    name: deployment.id,
    deployments: [deployment],
    tiers: tiersOf([deployment]),
    strategy: weighted,
    retries,
    timers: timersOf(timeouts),
    total: timeouts.total,
    fallbacks: {},
    onBudget: 'refuse',
  };
}

function directDeployment(
  name: string,
  provider: ResolvedProvider,
  model: string,
  settings: Settings,
  fleet: Fleet,
): Deployment {
  return deploymentAt(
    name,
    provider,
    targetOf(provider, model, factsFor({ provider: provider.id, model }, settings), {}),
    1,
    0,
    fleet,
  );
}

function allowsDirect({ allowDirect }: Settings, name: string): boolean {
  return typeof allowDirect === 'boolean' ? allowDirect : matchesName(allowDirect, name);
}

function listed(settings: Settings, created: number): ModelEntry[] {
  const names = [...settings.models.keys()];
  if (typeof settings.allowDirect !== 'boolean')
    names.push(...settings.allowDirect.filter((name) => !name.endsWith('*')));
  return [...new Set(names)].map((id) => ({ id, created, ownedBy: 'postern' }));
}
