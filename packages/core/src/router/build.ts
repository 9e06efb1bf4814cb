import type { ModelEntry, Target } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import { CAPABILITIES } from '../chat/capability.ts';
import { isNeed } from '../chat/needs.ts';
import type { SplitSettings } from '../config/routing-splits.ts';
import type { DeploymentSettings, ModelSettings, Settings, TimeoutSettings } from '../config/settings.ts';
import type { ProviderConfig } from '../config/types.ts';
import { hashOf } from '../kit/hash.ts';
import { headerName } from '../kit/header-name.ts';
import { matchesName } from '../kit/patterns.ts';
import { factsOf, type ModelFacts, UNKNOWN_MODEL } from '../providers/facts/facts.ts';
import { type ResolvedProvider, resolveProvider } from '../providers/resolve.ts';
import { servesAlso } from '../providers/row.ts';
import { type Costs, type Deployment, tiersOf } from './deployment.ts';
import { consequencesOf } from './faults.ts';
import { conditionsOf } from './fitting.ts';
import type { Fleet } from './fleet.ts';
import type { Health } from './health.ts';
import type { Alias, Timers } from './plan.ts';
import { asksAnything } from './reach.ts';
import { relaysOf } from './relays.ts';
import { createRouter, type Router, remembered } from './router.ts';
import { type Split, splitOf } from './split.ts';
import { strategyOf } from './strategies/index.ts';
import { weighted } from './strategies/weighted.ts';
import { fitting, isWildcard } from './wildcards.ts';

const NO_PROVIDER: ProviderConfig = {};

/** What calls to a deployment cost; undefined: nobody knows. */
type CostsOf = (deployment: Pick<Deployment, 'id' | 'target' | 'price'>, answers: boolean) => Costs | undefined;
const UNPRICED: CostsOf = () => undefined;

/** The router of a checked configuration. Throws ConfigError for a provider that can not be called. `now`: Unix seconds. */
export function routerOf(settings: Settings, now: number, fleet: Fleet, costsOf: CostsOf = UNPRICED): Router {
  fleet.breaker = settings.breaker;
  const providers = new Map<string, ResolvedProvider>();
  for (const [id, config] of settings.providers)
    providers.set(id, resolveProvider(id, config, undefined, settings.credentials.get(id)));
  const aliases = new Map<string, Alias>();
  let asking = false;
  for (const model of settings.models.values()) {
    const alias = aliasOf(model, settings, providers, fleet, costsOf, now * 1_000);
    asking ||= asksAnything(alias);
    if (!isWildcard(model.name)) aliases.set(model.name, alias);
  }
  const fits = fitting(settings.models.values());
  const wild = remembered((name) => {
    const model = fits(name);
    return model === undefined ? undefined : aliasOf(model, settings, providers, fleet, costsOf, now * 1_000);
  });
  return createRouter({
    aliases,
    models: listed(settings, now),
    policies: settings.policies,
    maxAttempts: settings.maxAttempts,
    fallbackDepth: settings.fallbackDepth,
    allowsDirect: (name) => allowsDirect(settings, name),
    direct: (name) => directAlias(name, settings, providers, fleet),
    wild,
    renewed(model) {
      const alias = aliasOf(model, settings, providers, fleet, costsOf, now * 1_000);
      asking ||= asksAnything(alias);
      return alias;
    },
    get asking() {
      return asking;
    },
    place: (id) => placeOf(id, (name) => aliases.get(name) ?? wild(name), providers, fleet),
    relayed: (place, again) => aliasAt(place, again ? DIRECT_RETRIES : 0, settings, fleet),
    relays: relaysOf(settings, providers),
    fleet,
  });
}

/** A provider, `provider/model`, or `alias#index`, with `.key` of one that has several. */
function placeOf(
  id: string,
  aliasNamed: (name: string) => Alias | undefined,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
): Deployment | undefined {
  const alias = aliasNamed(id.slice(0, Math.max(0, id.lastIndexOf('#'))));
  const deployment = alias?.deployments.find((one) => one.id === id);
  if (deployment !== undefined) return deployment;
  const slash = id.indexOf('/');
  const provider = providers.get(slash < 0 ? id : id.slice(0, slash));
  return provider === undefined ? undefined : placeAt(provider, fleet);
}

/** A provider as such: what is passed on to it is about no model. */
function placeAt(provider: ResolvedProvider, fleet: Fleet): Deployment {
  const { id } = provider;
  const shown = { model: headerName(id), deployment: headerName(id) };
  const target = targetOf(provider, '', UNKNOWN_MODEL, {});
  return { ...LONE, id, provider, target, also: NO_OTHER, name: id, shown, health: fleet.of(id) };
}

function aliasOf(
  model: ModelSettings,
  settings: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
  fleet: Fleet,
  costsOf: CostsOf,
  now: number,
): Alias {
  const { by } = model.strategy;
  const all = model.deployments.map((given) => {
    const hash = hashOf([given.provider, given.model, given.baseUrl, given.apiKey].join(' '));
    const wanted = { hash, concurrency: given.concurrency, quantiles: model.hedge?.after === 'p95' };
    const health = fleet.of(given.id, wanted);
    const made = { ...deploymentOf(given, pathOf(model, given), settings, providers, health), hash };
    const weight = by === 'rpm' || by === 'tpm' ? made[by] : made.weight;
    return { ...made, weight, costs: costsOf(made, false) };
  });
  // Models that make no answers of tokens, as those of embeddings, have no price of them.
  const answers = all.some(({ costs }) => costs !== undefined && costs(0, 1, now) > costs(0, 0, now));
  const deployments = all.map((one) => withOthers(answers ? { ...one, costs: costsOf(one, true) } : one));
  return {
    name: model.name,
    deployments,
    tiers: tiersOf(deployments),
    limited: model.deployments.some(({ concurrency }) => concurrency !== undefined),
    strategy: strategyOf(model.strategy, settings),
    conditions: conditionsOf(deployments, model.defaultTag),
    ...(model.split === undefined ? {} : { split: keptSplit(model.name, model.split, settings, fleet, now) }),
    shadow: model.shadow,
    continuation: model.continuation,
    retries: model.retries,
    onFault: consequencesOf(model.retry.policies),
    budget: fleet.budget(model.name, model.retry.budget),
    hedge: hedgingOf(model, deployments, fleet, now),
    timers: timersOf(model.timeouts),
    total: model.timeouts.total,
    fallbacks: model.fallbacks,
    onBudget: model.onBudget,
  };
}

/** A gray release outlives a reload that changes neither its settings nor where it leads to. */
function keptSplit(alias: string, split: SplitSettings, { models }: Settings, fleet: Fleet, now: number): Split {
  return splitOf(split, now, (made) => {
    const places = models.get(split.to[0]?.model ?? '')?.deployments;
    const of = [split, places?.map(({ provider, model, baseUrl }) => [provider, model, baseUrl])];
    return fleet.release(alias, JSON.stringify(of), made);
  });
}

function hedgingOf(
  { hedge, name }: ModelSettings,
  deployments: readonly Deployment[],
  fleet: Fleet,
  now: number,
): Alias['hedge'] {
  if (hedge === undefined) return undefined;
  // What costs nothing is counted as well, or there would be no end of it.
  const priced = deployments.every(({ costs }) => costs !== undefined && costs(1_000, 1_000, now) > 0);
  return { after: hedge.after, budget: fleet.hedges(name, hedge.extra), priced };
}

/** Where a deployment stands in the configuration: its id says so, with a number for each of its keys behind. */
function pathOf({ name }: ModelSettings, { id }: DeploymentSettings): string {
  const [index] = id.slice(name.length + 1).split('.');
  return `models.${name}.deployments.${index}`;
}

function deploymentOf(
  given: DeploymentSettings,
  path: string,
  settings: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
  health: Health,
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
  const { weight, order, rpm = 0, tpm = 0, tags, region, hours, price } = given;
  return {
    ...deploymentAt(given.id, provider, target, health),
    weight,
    order,
    rpm,
    tpm,
    ...(tags === undefined ? {} : { tags }),
    ...(region === undefined ? {} : { region }),
    ...(hours === undefined ? {} : { hours }),
    ...(price === undefined ? {} : { price }),
  };
}

/** What a deployment is that no alias says more of. */
const LONE = { weight: 1, order: 0, rpm: 0, tpm: 0, hash: 0, costs: undefined };

function deploymentAt(id: string, provider: ResolvedProvider, target: Target, health: Health): Deployment {
  const name = `${provider.id}/${target.model}`;
  const shown = { model: headerName(name), deployment: headerName(id) };
  return { ...LONE, id, provider, target, also: NO_OTHER, name, shown, health };
}

const withOthers = (own: Deployment): Deployment =>
  own.provider.also.size === 0 ? own : { ...own, also: inOtherFormats(own) };

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
  const goesOn = stated.capabilities?.prefill ?? facts.prefill !== undefined;
  const contextWindow = stated.contextWindow ?? facts.contextWindow;
  const lacks = CAPABILITIES.filter(isNeed).filter(
    (name) => !(stated.capabilities?.[name] ?? !facts.cannot.includes(name)),
  );
  return {
    provider: provider.id,
    model,
    row: provider.row,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(goesOn ? { prefill: facts.prefill ?? 'rest' } : {}),
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
  };
}

function timersOf(timeouts: TimeoutSettings): Alias['timers'] {
  const plain: Timers = { firstToken: timeouts.firstToken, idle: timeouts.idle, floor: timeouts.floor };
  const reasoning: Timers = { firstToken: timeouts.firstTokenReasoning, idle: timeouts.idle, floor: timeouts.floor };
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
  const deployment = directDeployment(name, provider, name.slice(slash + 1), settings, fleet);
  return aliasAt(deployment, DIRECT_RETRIES, settings, fleet);
}

function aliasAt(
  deployment: Deployment,
  retries: number,
  { continuation, retry, timeouts }: Settings,
  fleet: Fleet,
): Alias {
  return {
    name: deployment.id,
    deployments: [deployment],
    tiers: tiersOf([deployment]),
    strategy: weighted,
    continuation,
    retries,
    onFault: consequencesOf(retry.policies),
    budget: fleet.budget(deployment.id, retry.budget),
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
  const target = targetOf(provider, model, factsFor({ provider: provider.id, model }, settings), {});
  return withOthers(deploymentAt(name, provider, target, fleet.of(name)));
}

function allowsDirect({ allowDirect }: Settings, name: string): boolean {
  return typeof allowDirect === 'boolean' ? allowDirect : matchesName(allowDirect, name);
}

function listed(settings: Settings, created: number): ModelEntry[] {
  const names = [...settings.models.keys()].filter((name) => !isWildcard(name));
  names.push(...settings.policies.keys());
  if (typeof settings.allowDirect !== 'boolean')
    names.push(...settings.allowDirect.filter((name) => !name.endsWith('*')));
  return [...new Set(names)].map((id) => ({ id, created, ownedBy: 'postern' }));
}
