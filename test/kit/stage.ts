import type { GatewayConfig, GatewayEvents, ProviderConfig } from '@postern/core';
import { type ServedSim, type SimCall, type SimOptions, serveSim } from '@postern/sim';
import { type HastyClock, hastyClock } from './clock.ts';
import type { ChatFormat } from './formats.ts';
import { HOSTS, type Host, type HostName } from './hosts.ts';

/** The formats that an upstream can speak, each with the id of the provider that speaks it in these tests. */
export const PROVIDERS = {
  'openai-chat': 'oa',
  'anthropic-messages': 'an',
  gemini: 'ge',
  'openai-responses': 'rs',
  cohere: 'co',
  ollama: 'ol',
  'bedrock-converse': 'be',
} as const satisfies Record<ChatFormat, string>;

/** All wire formats. */
export const FORMATS = Object.keys(PROVIDERS) as ChatFormat[];

/** The key that the gateway is configured with; it must not show anywhere but upstream. */
export const OPERATORS_KEY = 'operators-key-7f3a91c05d';

/** A gateway in a host, a simulated provider behind it over loopback, and what both noted. */
export interface Stage {
  readonly url: string;
  readonly host: Host;
  readonly sim: ServedSim;
  readonly clock: HastyClock;
  /** What the operator reads. */
  readonly logged: readonly string[];
  /** The requests that are settled. */
  readonly ended: readonly GatewayEvents['request-end'][];
  /** The model of a provider that speaks this format: `model(gemini, 'sim-text')` is `ge/sim-text`. */
  model(upstream: ChatFormat, script: string): string;
  /** The calls that came upstream while `run` ran. */
  during<Result>(run: () => Promise<Result>): Promise<{ result: Result; calls: readonly SimCall[]; requests: number }>;
  close(): Promise<void>;
}

/** Further settings of {@link stage}. */
export interface StageOptions {
  readonly sim?: SimOptions;
  readonly config?: Partial<GatewayConfig>;
  /** What each provider says besides where it is. */
  readonly provider?: ProviderConfig;
}

/** Starts a simulated provider and a gateway in front of it. Every format of the provider is a provider of the gateway. */
export async function stage(name: HostName, options: StageOptions = {}): Promise<Stage> {
  const sim = await serveSim(options.sim);
  const clock = hastyClock();
  const logged: string[] = [];
  const note = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const host = await HOSTS[name]({
    access: 'open',
    providers: providersAt(sim.url, options.provider),
    platform: { clock },
    log: { warn: note, error: note },
    // Scenes have more faults than any budget allows for, and no deployment is to rest because of another scene.
    retry: { budget: 10 },
    breaker: false,
    ...options.config,
  });
  const ended: GatewayEvents['request-end'][] = [];
  host.gateway.events.on('request-end', (event) => ended.push(event));
  return {
    url: host.url,
    host,
    sim,
    clock,
    logged,
    ended,
    model: (upstream, script) => `${PROVIDERS[upstream]}/${script}`,
    during: (run) => during(run, sim, host),
    async close() {
      await host.close();
      await sim.close();
    },
  };
}

/** An API that serves chats as completions only, bytes untouched: the catalog's has Responses and the older completions as well. */
export const CHAT_ONLY = {
  format: 'openai-chat',
  auth: 'bearer',
  fidelity: 'exact',
  serves: [
    'chat',
    'embeddings',
    'models',
    'moderations',
    'images',
    'image-edits',
    'image-variations',
    'speech',
    'transcriptions',
    'translations',
    'realtime',
  ],
} as const;

/** The vendors, all of them at this address; each of these providers speaks one format only. */
function providersAt(origin: string, more: ProviderConfig = {}): NonNullable<GatewayConfig['providers']> {
  const providers: Record<string, ProviderConfig> = {
    oa: { ...CHAT_ONLY, baseUrl: `${origin}/v1`, apiKey: OPERATORS_KEY },
    an: { extends: 'anthropic', baseUrl: origin, apiKey: OPERATORS_KEY },
    ge: { extends: 'gemini', baseUrl: `${origin}/v1beta`, apiKey: OPERATORS_KEY },
    co: { extends: 'cohere', baseUrl: origin, apiKey: OPERATORS_KEY },
    ol: { extends: 'ollama', baseUrl: origin, apiKey: OPERATORS_KEY },
    be: { extends: 'bedrock', baseUrl: origin, apiKey: OPERATORS_KEY },
    rs: { extends: 'openai-responses', baseUrl: `${origin}/v1`, apiKey: OPERATORS_KEY },
  };
  return Object.fromEntries(Object.entries(providers).map(([id, provider]) => [id, { ...provider, ...more }]));
}

async function during<Result>(
  run: () => Promise<Result>,
  sim: ServedSim,
  host: Host,
): Promise<{ result: Result; calls: readonly SimCall[]; requests: number }> {
  const [calls, requests] = [sim.calls.length, host.gateway.stats().requests];
  const result = await run();
  return { result, calls: sim.calls.slice(calls), requests: host.gateway.stats().requests - requests };
}
