import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { reportForeignExtensions } from '../shared/dropped.ts';
import { optionGroups, optionsFor } from '../shared/provider-options.ts';
import { type Json, put, record } from '../shared/read.ts';
import { chatPathOf, withRowFields } from '../shared/row-fields.ts';
import { betaHeaders, mergeBetas, readBetas } from './betas.ts';
import { goesOnUnthought, renderConversation } from './client-messages.ts';
import { putSampling, renderFormat, renderStops, renderTier, reportLost } from './client-options.ts';
import { shorthand } from './client-parts.ts';
import { planThinking } from './client-thinking.ts';
import { putTools } from './client-tools.ts';
import { type Memo, type Rendering, startRendering } from './rendering.ts';
import { controlOf, FORMAT } from './wire.ts';

/** `max_tokens` when neither the client nor the model's documentation says one. */
const DEFAULT_MAX_TOKENS = 8192;

/** Never taken from options or extensions: decisions rest on them, or they are built here. */
const RESERVED: ReadonlySet<string> = new Set(['model', 'stream', 'max_tokens', 'messages', 'betas', 'anthropic_beta']);

/** Members that hold several settings: theirs are added to ours instead of replacing all. */
const JOINED: ReadonlySet<string> = new Set(['output_config', 'metadata', 'thinking']);

/** Adds the client's own fields to the body. What makes the provider dial out passes only if the request was authorised for it. */
function addFields(body: Json, fields: Json, rendering: Rendering): void {
  for (const [name, value] of Object.entries(fields)) {
    if (RESERVED.has(name) || name === '__proto__') continue;
    if (name === 'mcp_servers' && rendering.exchange.peek.remoteTools !== true) {
      rendering.dropped.add(name);
      continue;
    }
    const before = record(body[name]);
    const joined = JOINED.has(name) && before !== undefined ? record(value) : undefined;
    body[name] = joined === undefined ? value : { ...before, ...joined };
  }
}

/** The client's fields for this format, in the order in which the later ones win; mostly none. */
function clientFields(request: ChatRequest, { target, exchange, dropped }: Rendering): Json[] {
  const remoteTools = exchange.peek.remoteTools === true;
  const options = optionsFor(request.providerOptions, optionGroups(target), remoteTools, dropped);
  const extensions = request.extensions?.[FORMAT];
  return extensions === undefined ? options : [extensions, ...options];
}

/** The row's own spellings, and what its API refuses. */
function adapt(body: Json, target: Target, rendering: Rendering): Json {
  const { rename, drop } = target.row;
  if (rename === undefined && drop === undefined) return withRowFields(body, target.row);
  const kept = Object.entries(body).filter(([name]) => {
    const refused = drop?.includes(name) === true;
    if (refused) rendering.dropped.add(name);
    return !refused;
  });
  const spelled = kept.map(([name, value]) => [
    rename !== undefined && Object.hasOwn(rename, name) ? (rename[name] ?? name) : name,
    value,
  ]);
  return withRowFields(Object.fromEntries(spelled), target.row);
}

interface Rendered {
  readonly body: Json;
  readonly betas: readonly string[];
  readonly rendering: Rendering;
}

function outputConfig(effort: string | undefined, format: Json | undefined): Json | undefined {
  if (effort === undefined && format === undefined) return undefined;
  const config: Json = {};
  put(config, 'effort', effort);
  put(config, 'format', format);
  return config;
}

/** The body, in an order that never changes: the vendor's cache keys on the bytes before a cache point. */
function build(request: ChatRequest, target: Target, exchange: Exchange): Rendered {
  const rendering = startRendering(request, target, exchange);
  const fields = clientFields(request, rendering);
  const betas = mergeBetas(...fields.map((options) => readBetas(undefined, options)));
  const bound = {
    tokens: request.maxOutputTokens ?? target.maxOutputTokens ?? DEFAULT_MAX_TOKENS,
    given: request.maxOutputTokens !== undefined,
  };
  const { system, messages } = renderConversation(request.messages, rendering);
  const plan = planThinking(
    request.reasoning,
    bound,
    {
      interleaved: betas.some((beta) => beta.startsWith('interleaved-thinking')),
      unthought: goesOnUnthought(messages),
    },
    rendering,
  );
  if (!bound.given) rendering.inserted.unshift(`max_tokens=${plan.maxTokens}`);
  const body: Json = { model: target.model, max_tokens: plan.maxTokens };
  if (system.length > 0) body.system = shorthand(system);
  body.messages = messages;
  putTools(body, request, plan.thinks, rendering);
  put(body, 'thinking', plan.thinking);
  put(body, 'output_config', outputConfig(plan.effort, renderFormat(request, rendering)));
  putSampling(body, request, plan.thinks, rendering);
  put(body, 'stop_sequences', renderStops(request.stop, rendering));
  if (request.user !== undefined) body.metadata = { user_id: request.user };
  put(body, 'service_tier', renderTier(request.serviceTier, rendering));
  if (request.cache !== undefined) body.cache_control = controlOf(request.cache);
  if (exchange.peek.stream) body.stream = true;
  reportLost(request, rendering);
  reportForeignExtensions(request, FORMAT, rendering.dropped);
  for (const options of fields) addFields(body, options, rendering);
  return { body: adapt(body, target, rendering), betas, rendering };
}

const HEADERS = Object.freeze({ 'content-type': 'application/json' });

function callOf({ body, betas, rendering }: Rendered, path: string, stream: boolean): UpstreamCall {
  const { names, ids, target, dropped, inserted } = rendering;
  const memo: Memo = { names, ids };
  const headers = betas.length === 0 ? HEADERS : { ...HEADERS, ...betaHeaders(betas) };
  return new PostCall(target, stream, { path, headers, body: JSON.stringify(body), memo }, dropped.list, inserted);
}

/** The path of the messages endpoint, below a base URL without version. */
export const chatPath = (target: Target, stream: boolean): string => chatPathOf(target, stream) ?? '/v1/messages';

/**
 * A chat request for a provider of this format. Never throws for what a model or a client of another format wrote, but for a text by URL:
 * RequestError `media_url_unsupported`.
 */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const { stream } = exchange.peek;
  return callOf(build(request, target, exchange), chatPath(target, stream), stream);
}

/** What the token count takes of a request. Source: https://platform.claude.com/docs/en/api/messages/count_tokens */
const COUNTED = [
  'model',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'context_management',
  'mcp_servers',
  'speed',
  'compaction',
  'billing_policy',
] as const;

/** The same request for the token count: without what only steers the answer. */
export function renderCount(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const { body, betas, rendering } = build(request, target, exchange);
  const counted = Object.fromEntries(
    COUNTED.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]),
  );
  const path =
    target.row.paths?.['count-tokens']?.replaceAll('{model}', encodeURIComponent(target.model)) ??
    '/v1/messages/count_tokens';
  // Where chats have the model in their path this call has it in its body: the path is the same for all of them.
  // Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
  if (target.row.modelInPath === true) counted.model = target.model;
  return { ...callOf({ body: counted, betas, rendering }, path, false), inserted: [] };
}
