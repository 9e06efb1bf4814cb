import { createGateway, type Dispatcher, type Gateway, type ProviderConfig } from '@postern/core';
import type { ChatFormat } from '../kit/formats.ts';

/** What a provider of each format is in the catalog. */
const PROVIDERS: Readonly<Record<ChatFormat, string>> = {
  // The catalog's row serves both of its vendor's APIs, each to the clients that speak it; here it is to be translated to this one.
  'openai-chat': 'chat-only',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
  cohere: 'cohere',
  ollama: 'ollama_cloud_native',
  'bedrock-converse': 'bedrock',
  'openai-responses': 'openai-responses',
};

const CHAT_ONLY: ProviderConfig = {
  format: 'openai-chat',
  baseUrl: 'https://api.openai.com/v1',
  auth: 'bearer',
  fidelity: 'exact',
};

/** What some rows ask for besides a key. */
const SETTINGS: Readonly<Record<string, ProviderConfig>> = { bedrock: { settings: { region: 'us-east-1' } } };

/** The name that clients ask for to reach a provider of this format. */
export const aliasOf = (provider: string): string => `to-${provider}`;

/** What differs from run to run. */
export interface GatewaySettings {
  /** The provider's own model, by format. */
  readonly models: Readonly<Record<ChatFormat, string>>;
  readonly strict?: boolean;
  /** Who calls; default always the same one. */
  readonly caller?: () => string;
  /** A hook looks at every request. */
  readonly inspected?: boolean;
  /** Further providers, each with one alias {@link aliasOf} its id: a row of the catalog or of one's own, and its model. */
  readonly more?: Readonly<Record<string, ProviderConfig & { readonly model: string }>>;
}

/** A gateway whose every provider is this dispatcher; one alias per format, nothing retried. */
export function gatewayOver(
  dispatcher: Dispatcher,
  { models, strict = false, caller = () => 'somebody', inspected = false, more = {} }: GatewaySettings,
): Gateway<Request> {
  const providers: Record<string, ProviderConfig> = {};
  const aliases: Record<string, { deployments: string[]; retries: number }> = {};
  const add = (id: string, alias: string, model: string, provider: ProviderConfig): void => {
    providers[id] = { apiKey: `key-of-${id}`, ...(id === 'chat-only' ? CHAT_ONLY : {}), ...provider };
    aliases[aliasOf(alias)] = { deployments: [`${id}/${model}`], retries: 0 };
  };
  for (const [format, id] of Object.entries(PROVIDERS))
    add(id, format, models[format as ChatFormat], SETTINGS[id] ?? {});
  for (const [id, { model, ...provider }] of Object.entries(more)) add(id, id, model, provider);
  return createGateway<Request>({
    // Scenes share it, and one's outage is not another's.
    breaker: false,
    retry: { budget: 10 },
    access: { identify: () => ({ id: caller() }) },
    providers,
    models: aliases,
    strict,
    ...(inspected ? { hooks: { onRequest: [() => undefined] } } : {}),
    expose: 'minimal',
    platform: { dispatcher },
    log: { warn: () => {}, error: (message, fields) => console.error(message, fields) },
  });
}

/** Where a client of this format sends its chats. */
function pathOf(client: ChatFormat, model: string, stream: boolean, framing: 'events' | 'array'): string {
  if (client === 'openai-chat') return '/v1/chat/completions';
  if (client === 'anthropic-messages') return '/v1/messages';
  if (client === 'cohere') return '/v2/chat';
  if (client === 'ollama') return '/api/chat';
  if (client === 'bedrock-converse')
    return `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`;
  if (client === 'openai-responses') return '/v1/responses';
  return `/v1beta/models/${encodeURIComponent(model)}:${stream ? `streamGenerateContent${framing === 'events' ? '?alt=sse' : ''}` : 'generateContent'}`;
}

/** A chat as a client of this format sends it over HTTP; `body` has neither model nor stream. */
export function chatRequest(
  client: ChatFormat,
  body: object,
  model: string,
  stream: boolean,
  framing: 'events' | 'array' = 'events',
): Request {
  const inPath = client === 'gemini' || client === 'bedrock-converse';
  const named = inPath ? body : { model, ...body, ...streamField(client, stream) };
  return new Request(`http://gateway.test${pathOf(client, model, stream, framing)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...HEADERS[client] },
    body: JSON.stringify(named),
  });
}

/** How a body says whether it streams; one format streams unless it is told not to. */
export const streamField = (client: ChatFormat, stream: boolean): object =>
  stream || client === 'ollama' ? { stream } : {};

/** The headers that the vendors' SDKs send, with a key that no provider may ever see. */
const HEADERS: Readonly<Record<ChatFormat, Readonly<Record<string, string>>>> = {
  'openai-chat': { authorization: 'Bearer a-key-of-the-client' },
  'anthropic-messages': { 'x-api-key': 'a-key-of-the-client', 'anthropic-version': '2023-06-01' },
  ollama: { authorization: 'Bearer a-key-of-the-client' },
  gemini: { 'x-goog-api-key': 'a-key-of-the-client' },
  cohere: { authorization: 'Bearer a-key-of-the-client', 'x-client-name': 'a-client' },
  'bedrock-converse': { authorization: 'Bearer a-key-of-the-client' },
  'openai-responses': { authorization: 'Bearer a-key-of-the-client' },
};
