import type { ProviderRow } from '../adapters/provider-row.ts';
import type { Capability } from '../chat/capability.ts';
import type { PriceBook } from '../cost/price.ts';
import type { Duration } from '../kit/duration.ts';
import type { Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Credentials } from '../transport/credentials.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';
import type { Platform } from '../transport/platform.ts';
import type { CreateFrom, KeysConfig } from './access-types.ts';
import type { CustomStrategy } from './custom-strategy.ts';
import type { DefaultOperation, FormOperation } from './default-operations.ts';
import type { BreakerConfig, FloorConfig, RetryConfig } from './fault-types.ts';
import type { FetchMedia } from './fetch-media.ts';
import type { Hooks } from './hooks.ts';
import type { ScopedLimit } from './limit-types.ts';
import type { PriceConfig } from './price-types.ts';
import type { PassThroughConfig, ResourcesConfig } from './relay-types.ts';
import type { ContinuationsConfig } from './routing-continuation.ts';
import type { ExplainConfig } from './routing-explain.ts';
import type { FallbacksConfig } from './routing-fallbacks.ts';
import type { ConcurrencyConfig, HedgeConfig } from './routing-load.ts';
import type { PlaceConfig } from './routing-places.ts';
import type { RoutingPolicy } from './routing-policies.ts';
import type { SplitsConfig } from './routing-splits.ts';
import type { StrategyConfig } from './routing-types.ts';
import type { IdempotencyConfig, StorageConfig } from './storage-types.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Who is calling, as the host knows it. `id` is required: an identity without one is a refusal (401). */
export interface Caller {
  readonly id: string;
  readonly user?: string;
  readonly team?: string;
  readonly organisation?: string;
  /** Whom the caller acts for, where one key serves many people. */
  readonly endUser?: string;
  readonly tags?: readonly string[];
  /** Models (aliases or provider/model) that this caller may use; absent = all configured ones. `*` at the end matches any rest. */
  readonly models?: readonly string[];
  /** Regions in which this caller may be served; a deployment that says none is in none of them. Absent: anywhere. */
  readonly regions?: readonly string[];
  /** Models to try behind the one that is asked for, in this order, in place of those that the configuration names. A request's own go before these. */
  readonly fallbacks?: readonly string[];
  /** Calls of a request at most; never more than `maxAttempts`. */
  readonly attempts?: number;
  /** Names that only this caller uses, and the models that they stand for. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Limits of this caller beside those of the configuration. Make the list once and not for each request: it is checked and prepared when it is new. */
  readonly limits?: readonly ScopedLimit[];
}

/** Time limits of an attempt. */
export interface Timeouts {
  /** Until the first content, reasoning or tool event of a stream. Default 60 s; 5 min when the request asks for reasoning. */
  readonly firstToken?: Duration;
  /** Between two pieces of a stream after the first. Default 30 s; pings count. */
  readonly idle?: Duration;
  /** Fewest tokens (of four characters) of a stream over a while of waiting for its provider. Default: none. */
  readonly floor?: FloorConfig;
  /** The whole request with all its attempts. Default 10 min. */
  readonly total?: Duration;
  /** How long a client may leave a stream unread. Default 60 s. */
  readonly clientIdle?: Duration;
}

/** A provider as configured: a known id with a key, or a row of one's own (the same shape as the catalog's). */
export interface ProviderConfig
  extends Partial<
    Omit<
      ProviderRow,
      | 'source'
      | 'apiKeyEnv'
      | 'apiKeyOptional'
      | 'baseUrlEnv'
      | 'settings'
      | 'families'
      | 'dropFrom'
      | 'credentialsFrom'
      | 'plainCount'
      | 'calls'
    >
  > {
  readonly source?: string;
  readonly apiKey?: string;
  /** Values for the `{placeholders}` of the row, such as `{ resource: 'my-azure' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Permits a plain-http baseUrl that is not loopback. Default false. */
  readonly allowInsecure?: boolean;
  /**
   * What becomes of a call whose client leaves: `cancel` closes it, and what it used is estimated; `drain` reads it on, for at most a minute, to learn what
   * it used, for providers that bill the whole answer anyway. Default `cancel`.
   */
  readonly onAbort?: 'cancel' | 'drain';
}

/** One place where an alias can be served. */
export interface DeploymentConfig extends PlaceConfig {
  /** `provider/model`. */
  readonly model: string;
  /** Key and base URL of this deployment where they differ from the provider's. */
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** Several keys instead of one: each is a deployment of its own, `alias#index.key`. They share the `weight`, and each has the `rpm` and `tpm`. */
  readonly apiKeys?: readonly string[];
  /** Share of the traffic; default 1. */
  readonly weight?: number;
  /** Requests and tokens a minute that it takes, for strategies that go by them. They are no limit: see `limits` for that. */
  readonly rpm?: number;
  readonly tpm?: number;
  /** Lower first; default 0. Deployments of one order share the traffic by weight. */
  readonly order?: number;
  /**
   * What the model can and can not, where you know better than the gateway, or the model is your own: `{ vision: false }`. A request that asks for
   * what no deployment of an alias can is refused with 400; what nobody says anything about is taken to be possible.
   */
  readonly capabilities?: Readonly<Partial<Record<Capability, boolean>>>;
  /** Longest request of the model in tokens; default: as documented, else unknown. Requests far beyond it are refused. */
  readonly contextWindow?: number;
  /** What you pay for it here, over `prices` and the price book. */
  readonly price?: PriceConfig;
  /** How many calls it is given at once; default: any number. See docs/routing.md. */
  readonly concurrency?: ConcurrencyConfig;
}

/** What a look-up of the host found: entries as they would stand in `deployments`. It may wait; what it throws leaves the last list as it is. */
export type Discover = () => readonly (string | DeploymentConfig)[] | Promise<readonly (string | DeploymentConfig)[]>;

/** Deployments that are looked up, again and again, in place of a list. What else stands here is said of each that is found. */
export interface DiscoverConfig
  extends Omit<DeploymentConfig, 'model' | 'baseUrl' | 'weight' | 'order' | 'apiKey' | 'apiKeys'> {
  /** `srv:` and a name whose SRV records say where (RFC 2782), such as `srv:_llm._tcp.example.test`; or a name of {@link Code.discover}. */
  readonly discover: string;
  /** `provider/model`. What a function finds may say its own. */
  readonly model?: string;
  /** Of addresses out of SRV records. Default `https`. */
  readonly scheme?: 'https' | 'http';
  /** Path behind such an address, up to and including the version. Default: that of the provider's `baseUrl`, else `/v1`. */
  readonly path?: string;
  /** How long a list holds, at least a second. Default 30s. */
  readonly every?: Duration;
}

/** An alias that callers ask for. */
export interface ModelConfig extends SplitsConfig, ContinuationsConfig {
  /** A list, or how it is looked up: see {@link DiscoverConfig}. */
  readonly deployments: readonly (string | DeploymentConfig)[] | DiscoverConfig;
  /** Further attempts on a fault that may pass, over the deployments of this alias. Default 2. */
  readonly retries?: number;
  /** What follows which fault here, over what the gateway says. See docs/routing.md. */
  readonly retry?: RetryConfig;
  readonly timeouts?: Timeouts;
  /** Aliases that are tried in order when this one is exhausted; or lists by cause, such as `{ contextWindow: ['long'] }`. See docs/routing.md. */
  readonly fallbacks?: FallbacksConfig;
  /**
   * Where a budget has no room for the dearest of all attempts, fallbacks included: `refuse`, or go on with the `cheaper` ones, as long as one is left.
   * Default `refuse`.
   */
  readonly onBudget?: 'refuse' | 'cheaper';
  /** The tag of requests that have none of those that deployments carry. Default: such requests go to deployments without tags. */
  readonly defaultTag?: string;
  /**
   * How one of several deployments is picked, within one `order`: `weighted` (default), `round-robin`, `least-busy`, `fastest`, `cheapest`, `headroom`, `priority`,
   * `sticky`, or a name of {@link Code.strategies}. See docs/routing.md.
   */
  readonly strategy?: string | StrategyConfig;
  /** Another deployment is asked besides one that is slow to answer, and who speaks first is heard. Default false. See docs/routing.md. */
  readonly hedge?: boolean | HedgeConfig;
}

/** The default of an operation whose files come in a form. */
export interface DefaultModel {
  /** An alias. */
  readonly model: string;
  /**
   * Forms that name no model in front of their first file go straight to the alias while they are read, instead of waiting in a temporary file: at once, but
   * to one provider only, and one that takes forms. A model behind the file must be the same one; another is refused with 400. Not with `strict`.
   * Default false.
   */
  readonly straight?: boolean;
}

/** The part of the configuration that is JSON: it has the JSON Schema and `reload`. */
export interface Declarative extends ContinuationsConfig {
  /**
   * `'open'`: no identity, anybody who reaches the mount may call (a warning is logged). `{ keys: {} }`: virtual keys, which needs a `store`. See
   * {@link Code} for `{ identify }`.
   */
  readonly access?: 'open' | { readonly keys: KeysConfig };
  /** By provider id. See docs/providers.md for the ids that need no row. */
  readonly providers?: Readonly<Record<string, ProviderConfig>>;
  /** By alias: `provider/model`, or a {@link ModelConfig}. An alias with a `*` at its end is all names that begin so; the rest takes the place of the `*` in its deployments. */
  readonly models?: Readonly<Record<string, string | ModelConfig>>;
  /**
   * May callers ask for `provider/model` directly? Default: yes while `models` is absent, no once it is given.
   * A list allows those names (a `*` at the end matches any rest).
   */
  readonly allowDirect?: boolean | readonly string[];
  /**
   * By operation: the alias of requests that name no model, as clients of images, moderations and stored prompts may. Reported in `x-postern-inserted`.
   * Default: none; such a request is refused with 400.
   */
  readonly defaults?: {
    readonly [operation in DefaultOperation]?: operation extends FormOperation ? string | DefaultModel : string;
  };
  readonly timeouts?: Timeouts;
  /** What follows which fault, and how many further attempts there may be. See docs/routing.md. */
  readonly retry?: RetryConfig;
  /** When a deployment that fails is left alone; `false`: never. See docs/routing.md. */
  readonly breaker?: false | BreakerConfig;
  /** Caps on request bodies. Defaults: 32 MiB, depth 64. */
  readonly body?: { readonly maxBytes?: number; readonly maxDepth?: number };
  /**
   * Caps on forms with files (audio, images to edit). Defaults: 25 MiB a file, 100 MiB a form, 17 files, 64 fields. Files are kept in a temporary file
   * while they are on their way, never whole in memory.
   */
  readonly form?: {
    readonly maxFileBytes?: number;
    readonly maxBytes?: number;
    readonly maxFiles?: number;
    readonly maxFields?: number;
  };
  /** Caps on provider answers. Defaults: 32 MiB a body, 16 MiB an event. */
  readonly answer?: { readonly maxBytes?: number; readonly maxEventBytes?: number };
  /**
   * What callers may make a provider do. `remoteTools`: call tool servers that they name, default false. `remoteMedia`: fetch media that they name by
   * URL, and pages, by a tool of the provider that reads those whose URL stands in the conversation; default true. `realtime`: open sessions, whose
   * content no hook sees; default true, but false where hooks look into content.
   */
  readonly features?: {
    readonly remoteTools?: boolean;
    readonly remoteMedia?: boolean;
    readonly realtime?: boolean;
  };
  /** Refuse with 400 what the target can't express, instead of dropping and reporting it. Default false. */
  readonly strict?: boolean;
  /** What callers may consume, over all requests: see {@link ScopedLimit}. Default: no limit. */
  readonly limits?: readonly ScopedLimit[];
  /**
   * What a streamed chat reserves of its answer over `limits`: `worst`, as whole answers do, its bound (`max_tokens`; without one the longest that its
   * models can give, or, where there is no room for that, 4,096 tokens, which its provider is told too); or an `estimate`, the first 1,000 tokens of it,
   * and more while it runs longer. Default `worst`.
   */
  readonly reserve?: 'worst' | 'estimate';
  /**
   * `body`: requests whose caller names no `endUser` count for the one that their body names (`safety_identifier`, else `user`; `metadata.user_id`), in
   * limits and the ledger and nowhere else. Clients can write anything there. Default: nobody is looked for.
   */
  readonly endUser?: 'body';
  /** Which `x-postern-*` headers a reply carries; `all` adds model, deployment, attempts. Default: `all` for loopback clients, else `minimal`. */
  readonly expose?: 'all' | 'minimal';
  /** Most wire calls that one request may cause, retries and fallbacks included. Default 6. */
  readonly maxAttempts?: number;
  /** Take `POST /v1/feedback` of callers about their own requests: the event `feedback`. Default false. */
  readonly feedback?: boolean;
  /** How often a fallback may lead to the next one. Default 3. */
  readonly fallbackDepth?: number;
  /** By provider id: what callers may reach of it as it is. Off unless configured. */
  readonly passThrough?: Readonly<Record<string, PassThroughConfig>>;
  /** What a provider keeps between requests: a provider id, or more settings. Off unless configured. */
  readonly resources?: string | ResourcesConfig;
  /** What you pay, by `provider/model`, or `provider/*` for all of one; over the price book. See docs/cost.md. */
  readonly prices?: Readonly<Record<string, PriceConfig>>;
  /** A model without a known price: `refuse` it to callers with a budget (default), or serve it and `flag` its attempts as unpriced. */
  readonly unknownPrice?: 'refuse' | 'flag';
  /** How the store is used, and what happens while it is away. */
  readonly storage?: StorageConfig;
  /** Requests that come again with the `Idempotency-Key` of one that was: see docs/limits.md. `false`: the header is not looked at. */
  readonly idempotency?: false | IdempotencyConfig;
  /**
   * Callers may ask how their requests were decided: `GET /explain/{request-id}`, and `dry_run: true` in a body. Names of deployments are told, and no URLs.
   * Default false. See docs/routing.md.
   */
  readonly explain?: boolean | ExplainConfig;
}

/** The part of the configuration that is code. */
export interface Code<Host = unknown> {
  readonly access?: {
    /** Who is calling. Throws or gives nothing (or no `id`) → 401, never a default. */
    readonly identify: (request: GatewayRequest<Host>) => Caller | undefined | Promise<Caller | undefined>;
    /**
     * Users, teams or organisations of callers are looked up in the store, and made from these templates when they are seen for the first time; what
     * their records say (models, limits, blocked) holds for the caller too. Default: nothing is looked up.
     */
    readonly createFrom?: CreateFrom;
  };
  readonly hooks?: Hooks;
  /**
   * Fetches media that a request names by URL where the target takes bytes only. Default: none; nothing is ever fetched, and such a request goes
   * to another target or is refused with 400 `media_url_unsupported`. See {@link FetchMedia}.
   */
  readonly fetchMedia?: FetchMedia;
  /**
   * By provider id: short-lived tokens or signatures in place of an `apiKey`; a provider has one or the other. Default: none. See {@link Credentials}.
   */
  readonly credentials?: Readonly<Record<string, Credentials>>;
  /** What models cost, such as `prices()` of @postern/prices. Default: nothing is known but what `prices` says. See {@link PriceBook}. */
  readonly priceBook?: PriceBook;
  /**
   * Counts tokens where no provider does: for token-count requests, and for what an answer used whose provider told no usage; either stays marked as an
   * estimate. Default: they are estimated by the length of the text. See {@link Tokenizer}.
   */
  readonly tokenizer?: Tokenizer;
  /** Strategies of your own by name, for `strategy` of an alias. Default: none. See {@link CustomStrategy}. */
  readonly strategies?: Readonly<Record<string, CustomStrategy>>;
  /**
   * Choices among aliases by what a request asks for, by the name that callers ask for, such as `auto`: what `policy()` of @postern/policies makes. Default:
   * none. See {@link RoutingPolicy}.
   */
  readonly policies?: Readonly<Record<string, RoutingPolicy>>;
  /** Look-ups of deployments by name, for `deployments: { discover }` of an alias. Default: none. See {@link Discover}. */
  readonly discover?: Readonly<Record<string, Discover>>;
  /** Default: the memory store of this process. */
  readonly store?: Store;
  /**
   * Where rows of the ledger and settlements are kept while the `store` is away, so that a process that is killed meanwhile loses none of them, such as
   * `sqliteJournal` of @postern/sqlite. Each process has its own. Default: they wait in memory. See {@link Journal}.
   */
  readonly journal?: Journal;
  /** Default: the platform of the entry point (Node or fetch). */
  readonly platform?: Partial<Platform>;
  /** Where warnings and operator's hints go; default console.warn and console.error. Keys are redacted before. */
  readonly log?: Log;
}

/** The operator's log. `fields` is flat. */
export interface Log {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Exactly one kind of `access` must be given, or the mount stops with ConfigError. */
export type GatewayConfig<Host = unknown> = Omit<Declarative, 'access'> &
  Omit<Code<Host>, 'access'> & {
    readonly access: NonNullable<Declarative['access']> | NonNullable<Code<Host>['access']>;
  };
