import type { Inbound } from './adapter.ts';
import type { Operation, WireFormat } from './format.ts';

/** What a method and path ask for. */
export interface Route {
  readonly operation: Operation | 'model' | 'health';
  /** The format that the client speaks: of its body, and of errors. Undefined: the canonical model, in process. */
  readonly format: WireFormat | undefined;
  readonly method: 'GET' | 'POST';
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const route = (method: 'GET' | 'POST', operation: Route['operation'], format: WireFormat): Route => ({
  method,
  operation,
  format,
  parameters: NONE,
});

/** Paths without parameters. */
const FIXED = new Map<string, Route>();
FIXED.set('/v1/chat/completions', route('POST', 'chat', 'openai-chat'));
FIXED.set('/v1/embeddings', route('POST', 'embeddings', 'openai-chat'));
FIXED.set('/v1/messages', route('POST', 'chat', 'anthropic-messages'));
FIXED.set('/v1/messages/count_tokens', route('POST', 'count-tokens', 'anthropic-messages'));
FIXED.set('/v1/responses', route('POST', 'chat', 'openai-responses'));
FIXED.set('/v1/responses/input_tokens', route('POST', 'count-tokens', 'openai-responses'));
FIXED.set('/v1/models', route('GET', 'models', 'openai-chat'));
FIXED.set('/v1beta/models', route('GET', 'models', 'gemini'));
FIXED.set('/health', route('GET', 'health', 'openai-chat'));
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
  'openai-responses': () => '/v1/responses',
};

/** Actions behind the colon of a Gemini path. Source: https://ai.google.dev/api/generate-content and /api/tokens */
const ACTIONS: Readonly<Record<string, Operation>> = {
  generateContent: 'chat',
  streamGenerateContent: 'chat',
  countTokens: 'count-tokens',
};

/** How actions are spelled that are not among ours, such as `embedContent`. Ids of models may have a colon as well, as `ft:gpt-4o:acme::x` does. */
const ACTION = /^(?:predict|[a-z]+[A-Z][A-Za-z]*)$/;

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
  const format = inbound.header('anthropic-version') === undefined ? 'openai-chat' : 'anthropic-messages';
  if (path.startsWith('/v1/models/')) return modelRoute(path.slice(11), format);
  return undefined;
}
