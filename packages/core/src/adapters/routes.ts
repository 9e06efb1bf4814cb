import type { Inbound } from './adapter.ts';
import type { Operation, WireFormat } from './format.ts';
import type { ResourceRoute } from './resources.ts';

/** What a method and path ask for. */
export interface Route {
  readonly operation: Operation | 'model' | 'health' | 'explain' | 'feedback' | 'relay';
  /** The format that the client speaks: of its body, and of errors. Undefined: the canonical model, in process. */
  readonly format: WireFormat | undefined;
  readonly method: string;
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The provider that the path names: the model is that provider's own name of one. */
  readonly via?: string;
  /** Of a `relay`: what is passed on, and where to. */
  readonly relay?: RelayRoute;
}

/** A request that is passed on as it is. */
export interface RelayRoute {
  readonly provider: string;
  /** At the provider's host, or for what it keeps below its baseUrl; percent-encoded, without query. */
  readonly path: string;
  /** Methods that may be used; the request's own one may not be among them. */
  readonly methods: readonly string[];
  /** Headers that go on, and those that come back, besides those that always do. Lower case. */
  readonly requestHeaders: readonly string[];
  readonly answerHeaders: readonly string[];
  /** Bytes of a request body. */
  readonly maxBytes: number;
  /** May callers with a list of models ask for what runs models that are not seen? */
  readonly unseenModels: boolean;
  /** What it is about, where the provider keeps it. */
  readonly resource?: ResourceRoute;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const route = (method: 'GET' | 'POST', operation: Route['operation'], format: WireFormat): Route => ({
  method,
  operation,
  format,
  parameters: NONE,
});

/** What the path of Ollama's API says besides the operation. Source: https://docs.ollama.com/api */
const form = (method: 'GET' | 'POST', operation: Route['operation'], parameters: Route['parameters']): Route => ({
  ...route(method, operation, 'ollama'),
  parameters,
});

/** Paths without parameters. */
const FIXED = new Map<string, Route>();
FIXED.set('/v1/chat/completions', route('POST', 'chat', 'openai-chat'));
FIXED.set('/v1/embeddings', route('POST', 'embeddings', 'openai-chat'));
FIXED.set('/v1/moderations', route('POST', 'moderations', 'openai-chat'));
FIXED.set('/v1/images/generations', route('POST', 'images', 'openai-chat'));
FIXED.set('/v1/images/edits', route('POST', 'image-edits', 'openai-chat'));
FIXED.set('/v1/images/variations', route('POST', 'image-variations', 'openai-chat'));
FIXED.set('/v1/audio/speech', route('POST', 'speech', 'openai-chat'));
FIXED.set('/v1/audio/transcriptions', route('POST', 'transcriptions', 'openai-chat'));
FIXED.set('/v1/audio/translations', route('POST', 'translations', 'openai-chat'));
FIXED.set('/v1/completions', route('POST', 'chat', 'openai-completions'));
FIXED.set('/v1/messages', route('POST', 'chat', 'anthropic-messages'));
FIXED.set('/v1/messages/count_tokens', route('POST', 'count-tokens', 'anthropic-messages'));
FIXED.set('/v2/chat', route('POST', 'chat', 'cohere'));
FIXED.set('/v2/embed', route('POST', 'embeddings', 'cohere'));
FIXED.set('/v2/rerank', route('POST', 'rerank', 'cohere'));
FIXED.set('/v1/rerank', { ...route('POST', 'rerank', 'cohere'), parameters: Object.freeze({ version: '1' }) });
FIXED.set('/v1/responses', route('POST', 'chat', 'openai-responses'));
FIXED.set('/v1/responses/input_tokens', route('POST', 'count-tokens', 'openai-responses'));
FIXED.set('/v1/responses/compact', route('POST', 'compact', 'openai-responses'));
FIXED.set('/v1/models', route('GET', 'models', 'openai-chat'));
FIXED.set('/v1beta/models', route('GET', 'models', 'gemini'));
FIXED.set('/v1/realtime', route('GET', 'realtime', 'openai-chat'));
FIXED.set('/v1/realtime/client_secrets', route('POST', 'realtime', 'openai-chat'));
FIXED.set('/v1/realtime/sessions', route('POST', 'realtime', 'openai-chat'));
FIXED.set('/v1/realtime/transcription_sessions', route('POST', 'realtime', 'openai-chat'));
FIXED.set('/v1/realtime/calls', route('POST', 'realtime', 'openai-chat'));
FIXED.set('/api/chat', form('POST', 'chat', { form: 'chat' }));
FIXED.set('/api/generate', form('POST', 'chat', { form: 'generate' }));
FIXED.set('/api/embed', form('POST', 'embeddings', { form: 'embed' }));
FIXED.set('/api/embeddings', form('POST', 'embeddings', { form: 'embeddings' }));
FIXED.set('/api/tags', form('GET', 'models', { list: 'tags' }));
FIXED.set('/api/ps', form('GET', 'models', { list: 'ps' }));
FIXED.set('/api/version', form('GET', 'models', { list: 'version' }));
FIXED.set('/api/show', form('POST', 'model', { form: 'show' }));
FIXED.set('/health', route('GET', 'health', 'openai-chat'));
/** How a request was decided, by its id. */
const EXPLAIN = route('GET', 'explain', 'openai-chat');
/** How good an answer was; where that is taken. */
export const FEEDBACK = route('POST', 'feedback', 'openai-chat');
const ANTHROPIC_MODELS = route('GET', 'models', 'anthropic-messages');

/** A chat in the canonical model, in process. */
export const CANONICAL_CHAT: Route = { method: 'POST', operation: 'chat', format: undefined, parameters: NONE };

/** Where a chat in a wire format is sent to us. `model` and `stream` matter where the path holds them. */
export function chatPath(format: WireFormat, model: string, stream: boolean): string {
  return CHAT_PATHS[format](encodeURIComponent(model), stream);
}

const CHAT_PATHS: Readonly<Record<WireFormat, (model: string, stream: boolean) => string>> = {
  'openai-chat': () => '/v1/chat/completions',
  'anthropic-messages': () => '/v1/messages',
  gemini: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  cohere: () => '/v2/chat',
  ollama: () => '/api/chat',
  'openai-completions': () => '/v1/completions',
  'bedrock-converse': (model, stream) => `/model/${model}/${stream ? 'converse-stream' : 'converse'}`,
  'openai-responses': () => '/v1/responses',
};

/** Actions behind the colon of a Gemini path. Source: https://ai.google.dev/api/generate-content, /api/tokens and /api/embeddings */
const ACTIONS: Readonly<Record<string, Operation>> = {
  generateContent: 'chat',
  streamGenerateContent: 'chat',
  countTokens: 'count-tokens',
  embedContent: 'embeddings',
  batchEmbedContents: 'embeddings',
};

/** How actions are spelled that are not among ours, such as `predictLongRunning`. Ids of models may have a colon as well, as `ft:gpt-4o:acme::x` does. */
const ACTION = /^(?:predict|[a-z]+[A-Z][A-Za-z]*)$/;

/** Actions behind a model of the Converse API. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
const CONVERSE_ACTIONS: Readonly<Record<string, Operation>> = {
  converse: 'chat',
  'converse-stream': 'chat',
  'count-tokens': 'count-tokens',
};

/** `/model/{modelId}/{action}`; an id may be an ARN, whose slashes need not be escaped everywhere. */
function converseRoute(rest: string): Route | undefined {
  const slash = rest.lastIndexOf('/');
  const action = rest.slice(slash + 1);
  const operation = Object.hasOwn(CONVERSE_ACTIONS, action) ? CONVERSE_ACTIONS[action] : undefined;
  const model = slash <= 0 || operation === undefined ? undefined : decoded(rest.slice(0, slash));
  if (operation === undefined || model === undefined) return undefined;
  return { method: 'POST', operation, format: 'bedrock-converse', parameters: { model, action } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function modelRoute(rest: string, format: WireFormat): Route | undefined {
  const colon = rest.lastIndexOf(':');
  const action = colon < 0 ? '' : rest.slice(colon + 1);
  const operation = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (operation === undefined && (format === 'gemini' ? colon >= 0 : ACTION.test(action))) return undefined;
  const model = decoded(operation === undefined ? rest : rest.slice(0, colon));
  if (model === undefined || model === '') return undefined;
  if (operation === undefined) return { method: 'GET', operation: 'model', format, parameters: { model } };
  return { method: 'POST', operation, format: 'gemini', parameters: { model, action } };
}

/**
 * What is asked for at `path` (below the mount, percent-encoded, without query), or undefined when it isn't ours.
 * The method is not judged here: a known path with another method is a 405, not somebody else's.
 */
export function routeOf(path: string, inbound: Pick<Inbound, 'header'>): Route | undefined {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) {
    // The two vendors share /v1/models; only one of them sends this header, and requires it.
    return fixed.operation === 'models' &&
      fixed.format === 'openai-chat' &&
      inbound.header('anthropic-version') !== undefined
      ? ANTHROPIC_MODELS
      : fixed;
  }
  if (path.startsWith('/v1beta/models/')) return modelRoute(path.slice(15), 'gemini');
  if (path.startsWith('/model/')) return converseRoute(path.slice(7));
  if (path.startsWith('/explain/')) return { ...EXPLAIN, parameters: { id: path.slice(9) } };
  const format = inbound.header('anthropic-version') === undefined ? 'openai-chat' : 'anthropic-messages';
  if (path.startsWith('/v1/models/')) return modelRoute(path.slice(11), format);
  return undefined;
}
