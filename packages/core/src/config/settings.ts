import type { Capability } from '../chat/capability.ts';
import type { PriceBook } from '../cost/price.ts';
import type { Duration } from '../kit/duration.ts';
import { parseDuration } from '../kit/duration.ts';
import type { Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Credentials } from '../transport/credentials.ts';
import type { BodyLimits, FormLimits } from '../transport/gateway-request.ts';
import type { Platform } from '../transport/platform.ts';
import type { KeysSettings } from './access-types.ts';
import type { CustomStrategy } from './custom-strategy.ts';
import { defaultModels } from './default-checks.ts';
import {
  type BreakerSettings,
  breakerSettings,
  type FloorSettings,
  floorSettings,
  type RetrySettings,
  retrySettings,
} from './fault-settings.ts';
import type { FetchMedia } from './fetch-media.ts';
import type { Hooks } from './hooks.ts';
import { type LimitSettings, limitSettings } from './limit-settings.ts';
import { parseModelName } from './model-name.ts';
import type { PriceConfig } from './price-types.ts';
import {
  type PassThroughSettings,
  passThroughSettings,
  type ResourcesSettings,
  resourcesSettings,
} from './relay-settings.ts';
import { type ContinuationSettings, continuationSettings } from './routing-continuation.ts';
import { type DiscoverSettings, discoverSettings, isDiscovered } from './routing-discover.ts';
import { explainSetting } from './routing-explain.ts';
import { type Fallbacks, fallbackSettings } from './routing-fallbacks.ts';
import { type ConcurrencySettings, concurrencySettings, type HedgeSettings, hedgeSettings } from './routing-load.ts';
import { hoursSettings, type PlaceSettings } from './routing-places.ts';
import type { RoutingPolicy } from './routing-policies.ts';
import { type StrategySettings, strategySettings } from './routing-settings.ts';
import { type ShadowConfig, type SplitSettings, splitSettings } from './routing-splits.ts';
import {
  type IdempotencySettings,
  idempotencySettings,
  type StorageSettings,
  storageSettings,
} from './storage-settings.ts';
import type { Tokenizer } from './tokenizer.ts';
import type {
  Code,
  Declarative,
  DefaultModel,
  DeploymentConfig,
  Discover,
  Log,
  ModelConfig,
  ProviderConfig,
  Timeouts,
} from './types.ts';

/** Everybody may call, or those who have a key, or those whom the host's resolver names. */
export type AccessSettings = 'open' | { readonly keys: KeysSettings } | NonNullable<Code['access']>;

/** Time limits in milliseconds. */
export interface TimeoutSettings {
  readonly firstToken: number;
  /** `firstToken` of requests that ask for reasoning. */
  readonly firstTokenReasoning: number;
  readonly idle: number;
  readonly floor: FloorSettings | undefined;
  readonly total: number;
  readonly clientIdle: number;
}

/** One place where an alias can be served, with its defaults filled in. */
export interface DeploymentSettings extends PlaceSettings {
  /** Unique within the gateway: `alias#index`, or `alias#index.key` of one that has several keys. */
  readonly id: string;
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly weight: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly order: number;
  readonly capabilities?: Readonly<Partial<Record<Capability, boolean>>>;
  readonly contextWindow?: number;
  readonly price?: PriceConfig;
  readonly concurrency?: ConcurrencySettings;
}

/** An alias with its defaults filled in. */
export interface ModelSettings {
  readonly name: string;
  /** Those that stand in the configuration; none where they are looked up. */
  readonly deployments: readonly DeploymentSettings[];
  readonly retries: number;
  readonly retry: RetrySettings;
  readonly timeouts: TimeoutSettings;
  readonly fallbacks: Fallbacks;
  readonly onBudget: 'refuse' | 'cheaper';
  readonly strategy: StrategySettings;
  readonly defaultTag: string | undefined;
  readonly split: SplitSettings | undefined;
  readonly shadow: ShadowConfig | undefined;
  readonly continuation: ContinuationSettings | undefined;
  readonly hedge: HedgeSettings | undefined;
  /** Undefined: they are a list. */
  readonly discover: DiscoverSettings | undefined;
}

/** A configuration that was checked, with every default filled in and every duration in milliseconds. */
export interface Settings {
  readonly access: AccessSettings;
  /** By id, as configured. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** By alias. */
  readonly models: ReadonlyMap<string, ModelSettings>;
  /** May callers ask for any `provider/model`, or for which ones? A `*` at the end of a name matches any rest. */
  readonly allowDirect: boolean | readonly string[];
  /** By operation: the alias of requests that name no model. */
  readonly defaults: ReadonlyMap<string, Required<DefaultModel>>;
  /** For direct names; an alias has its own. */
  readonly timeouts: TimeoutSettings;
  /** The same. */
  readonly retry: RetrySettings;
  /** The same. */
  readonly continuation: ContinuationSettings | undefined;
  /** Undefined: no deployment ever rests. */
  readonly breaker: BreakerSettings | undefined;
  readonly body: BodyLimits;
  readonly form: FormLimits;
  /** Bytes. */
  readonly answer: { readonly maxBytes: number; readonly maxEventBytes: number };
  readonly features: { readonly remoteTools: boolean; readonly remoteMedia: boolean; readonly realtime: boolean };
  readonly strict: boolean;
  readonly limits: readonly LimitSettings[];
  /** What streamed chats reserve of their answer. */
  readonly reserve: 'worst' | 'estimate';
  readonly endUserInBody: boolean;
  /** `auto`: all for loopback clients, else minimal. */
  readonly expose: 'all' | 'minimal' | 'auto';
  readonly maxAttempts: number;
  readonly fallbackDepth: number;
  readonly feedback: boolean;
  /** By provider id. */
  readonly passThrough: ReadonlyMap<string, PassThroughSettings>;
  /** Undefined: nothing is kept between requests. */
  readonly resources: ResourcesSettings | undefined;
  /** By `provider/model` or `provider/*`. */
  readonly prices: ReadonlyMap<string, PriceConfig>;
  /** For callers with a budget. */
  readonly unknownPrice: 'refuse' | 'flag';
  readonly storage: StorageSettings;
  /** Undefined: the header is not looked at. */
  readonly idempotency: IdempotencySettings | undefined;
  /** Requests that can be explained; 0: none. */
  readonly explain: number;
  readonly priceBook: PriceBook | undefined;
  /** Undefined: what no provider counts is estimated. */
  readonly tokenizer: Tokenizer | undefined;
  /** Of the host, by name. */
  readonly strategies: ReadonlyMap<string, CustomStrategy>;
  /** By the name that callers ask for; most often none. */
  readonly policies: ReadonlyMap<string, RoutingPolicy>;
  /** Of the host, by name: what looks deployments up. */
  readonly discover: ReadonlyMap<string, Discover>;
  /** An alias with these deployments in place of its own, checked as if they stood in the configuration. Throws ConfigError. */
  found(alias: string, deployments: readonly (string | DeploymentConfig)[]): ModelSettings;
  /** Each list is there, most often empty. */
  readonly hooks: Required<Hooks>;
  /** Do hooks look into content? It then goes through the canonical model. */
  readonly inspects: boolean;
  /** Undefined: media by URL are never fetched. */
  readonly fetchMedia: FetchMedia | undefined;
  /** By provider id. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Undefined: the gateway makes a memory store. */
  readonly store: Store | undefined;
  /** Undefined: what the store was not told waits in memory only. */
  readonly journal: Journal | undefined;
  /** What replaces parts of the entry point's platform. */
  readonly platform: Partial<Platform>;
  readonly log: Log;
}

/** The part of the settings that comes from code. */
export type CodeSettings = Pick<
  Settings,
  | 'access'
  | 'hooks'
  | 'inspects'
  | 'fetchMedia'
  | 'credentials'
  | 'priceBook'
  | 'tokenizer'
  | 'strategies'
  | 'policies'
  | 'discover'
  | 'store'
  | 'journal'
  | 'platform'
  | 'log'
>;

const MIB = 1024 * 1024;
const TIMEOUTS: TimeoutSettings = {
  firstToken: 60_000,
  firstTokenReasoning: 300_000,
  idle: 30_000,
  floor: undefined,
  total: 600_000,
  clientIdle: 60_000,
};

/** Settings of a configuration that passed all checks. */
export function settingsOf(declarative: Declarative, code: CodeSettings): Omit<Settings, 'found'> {
  const timeouts = timeoutSettings(declarative.timeouts, TIMEOUTS);
  const retry = retrySettings(declarative.retry);
  return {
    ...code,
    providers: new Map(Object.entries(declarative.providers ?? {})),
    models: modelSettings(declarative, timeouts, retry),
    allowDirect: declarative.allowDirect ?? declarative.models === undefined,
    defaults: defaultModels(declarative.defaults),
    timeouts,
    retry,
    continuation: continuationSettings(declarative.continuation),
    breaker: breakerSettings(declarative.breaker),
    body: { maxBytes: declarative.body?.maxBytes ?? 32 * MIB, maxDepth: declarative.body?.maxDepth ?? 64 },
    form: {
      maxFileBytes: declarative.form?.maxFileBytes ?? 25 * MIB,
      maxBytes: declarative.form?.maxBytes ?? 100 * MIB,
      maxFiles: declarative.form?.maxFiles ?? 17,
      maxFields: declarative.form?.maxFields ?? 64,
    },
    answer: {
      maxBytes: declarative.answer?.maxBytes ?? 32 * MIB,
      maxEventBytes: declarative.answer?.maxEventBytes ?? 16 * MIB,
    },
    features: {
      remoteTools: declarative.features?.remoteTools ?? false,
      remoteMedia: declarative.features?.remoteMedia ?? true,
      realtime: declarative.features?.realtime ?? !code.inspects,
    },
    strict: declarative.strict ?? false,
    limits: limitSettings(declarative.limits ?? []),
    reserve: declarative.reserve ?? 'worst',
    endUserInBody: declarative.endUser === 'body',
    expose: declarative.expose ?? 'auto',
    maxAttempts: declarative.maxAttempts ?? 6,
    feedback: declarative.feedback ?? false,
    fallbackDepth: declarative.fallbackDepth ?? 3,
    passThrough: passThroughSettings(declarative.passThrough),
    resources: resourcesSettings(declarative.resources),
    prices: new Map(Object.entries(declarative.prices ?? {})),
    unknownPrice: declarative.unknownPrice ?? 'refuse',
    storage: storageSettings(declarative.storage),
    idempotency: idempotencySettings(declarative.idempotency),
    explain: explainSetting(declarative.explain),
  };
}

function timeoutSettings(given: Timeouts | undefined, outer: TimeoutSettings): TimeoutSettings {
  return {
    firstToken: milliseconds(given?.firstToken, outer.firstToken),
    // A limit that the user set holds for all requests.
    firstTokenReasoning: milliseconds(given?.firstToken, outer.firstTokenReasoning),
    idle: milliseconds(given?.idle, outer.idle),
    floor: floorSettings(given?.floor) ?? outer.floor,
    total: milliseconds(given?.total, outer.total),
    clientIdle: milliseconds(given?.clientIdle, outer.clientIdle),
  };
}

const milliseconds = (duration: Duration | undefined, otherwise: number): number =>
  parseDuration(duration) ?? otherwise;

function modelSettings(
  declarative: Declarative,
  timeouts: TimeoutSettings,
  retry: RetrySettings,
): ReadonlyMap<string, ModelSettings> {
  const models = new Map<string, ModelSettings>();
  const continuation = continuationSettings(declarative.continuation);
  for (const [name, given] of Object.entries(declarative.models ?? {})) {
    const model: ModelConfig = typeof given === 'string' ? { deployments: [given] } : given;
    models.set(name, {
      name,
      deployments: isDiscovered(model.deployments)
        ? []
        : model.deployments.flatMap((deployment, index) => deploymentSettings(deployment, `${name}#${index}`)),
      discover: discoverSettings(model.deployments),
      retries: model.retries ?? 2,
      retry: retrySettings(model.retry, retry),
      timeouts: timeoutSettings(model.timeouts, timeouts),
      fallbacks: fallbackSettings(model.fallbacks),
      onBudget: model.onBudget ?? 'refuse',
      strategy: strategySettings(model.strategy),
      defaultTag: model.defaultTag,
      split: splitSettings(model.split),
      shadow: model.shadow,
      continuation: continuationSettings(model.continuation, continuation),
      hedge: hedgeSettings(model.hedge),
    });
  }
  return models;
}

function deploymentSettings(given: string | DeploymentConfig, id: string): DeploymentSettings[] {
  const {
    model,
    weight = 1,
    order = 0,
    apiKeys,
    hours,
    concurrency,
    ...rest
  }: DeploymentConfig = typeof given === 'string' ? { model: given } : given;
  const own = {
    ...rest,
    ...(hours === undefined ? {} : { hours: hoursSettings(hours) }),
    ...(concurrency === undefined ? {} : { concurrency: concurrencySettings(concurrency) }),
  };
  const name = parseModelName(model) ?? { provider: '', model };
  if (apiKeys === undefined) return [{ ...own, ...name, id, weight, order }];
  const share = weight / apiKeys.length;
  return apiKeys.map((apiKey, key) => ({ ...own, ...name, apiKey, id: `${id}.${key}`, weight: share, order }));
}
