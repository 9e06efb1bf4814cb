import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { putSampling, renderStops, reportLost } from '../anthropic-messages/client-options.ts';
import { closedSchema } from '../anthropic-messages/output-schema.ts';
import { PostCall } from '../post-call.ts';
import { reportForeignExtensions } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { isEmpty, type Json, put, record, strings } from '../shared/read.ts';
import { cachePoint } from './blocks.ts';
import { goesOnUnthought, renderConversation, toolsTold } from './conversation.ts';
import { type Action, endpoint, HEADERS } from './endpoint.ts';
import { caches } from './parts-write.ts';
import { type Memo, type Rendering, startRendering } from './rendering.ts';
import { renderThinking } from './thinking-write.ts';
import { formatConfig, formatTool, renderTools } from './tools-write.ts';
import { FORMAT } from './wire.ts';

/** Never taken from options or extensions: decisions rest on them, or they are built here. */
const RESERVED: ReadonlySet<string> = new Set(['modelId', 'messages', 'system', '__proto__']);
/** Members that hold several settings: theirs are added to ours instead of replacing all. */
const JOINED: ReadonlySet<string> = new Set([
  'additionalModelRequestFields',
  'inferenceConfig',
  'outputConfig',
  'toolConfig',
]);

function addFields(body: Json, fields: Json): void {
  for (const [name, value] of Object.entries(fields)) {
    if (RESERVED.has(name)) continue;
    const [before, added] = [record(body[name]), record(value)];
    body[name] = JOINED.has(name) && before !== undefined && added !== undefined ? { ...before, ...added } : value;
  }
}

/** The client's fields for this format, in the order in which the later ones win; mostly none. */
function clientFields(request: ChatRequest, { target, exchange, dropped }: Rendering): Json[] {
  const remoteTools = exchange.peek.remoteTools === true;
  const options = optionsFor(request.providerOptions, [FORMAT, target.provider], remoteTools, dropped);
  const extensions = request.extensions?.[FORMAT];
  return extensions === undefined ? options : [extensions, ...options];
}

function isInterleaved(fields: readonly Json[]): boolean {
  const betas = fields.flatMap((one) => strings(record(one.additionalModelRequestFields)?.anthropic_beta) ?? []);
  return betas.some((beta) => beta.startsWith('interleaved-thinking'));
}

/**
 * `topK` has no name in the API: it is a member of the model's own, which differs by family.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html,
 * https://docs.aws.amazon.com/nova/latest/userguide/using-converse-api.html
 */
function topKField(topK: unknown, rendering: Rendering): Json {
  if (topK === undefined) return {};
  if (rendering.family === 'claude' || rendering.family === 'unknown') return { top_k: topK };
  if (rendering.family === 'nova') return { inferenceConfig: { topK } };
  rendering.dropped.add('top_k');
  return {};
}

function inference(request: ChatRequest, sampling: Json, rendering: Rendering): Json {
  const config: Json = {};
  put(config, 'maxTokens', request.maxOutputTokens);
  put(config, 'temperature', sampling.temperature);
  put(config, 'topP', sampling.top_p);
  put(config, 'stopSequences', renderStops(request.stop, rendering));
  return config;
}

const TIERS: ReadonlySet<string> = new Set(['default', 'priority', 'flex', 'reserved']);

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html. `auto` is what goes without saying. */
function tier(asked: string | undefined, rendering: Rendering): Json | undefined {
  if (asked === undefined || asked === 'auto') return undefined;
  const type = asked === 'standard_only' || asked === 'standard' ? 'default' : asked;
  if (TIERS.has(type)) return { type };
  rendering.dropped.add('service_tier');
  return undefined;
}

/** Structured output. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
function textFormat(request: ChatRequest, rendering: Rendering): Json | undefined {
  const format = request.responseFormat;
  if (format?.type !== 'json-schema') return undefined;
  const { schema, changed } = closedSchema(format.schema);
  if (changed) rendering.inserted.push('response_format.additionalProperties=false');
  const jsonSchema: Json = { schema: JSON.stringify(schema) };
  put(jsonSchema, 'name', format.name);
  put(jsonSchema, 'description', format.description);
  return { type: 'json_schema', structure: { jsonSchema } };
}

/** The answer says which stop sequence it met only if it is asked to. */
const STOP_PATH = '/stop_sequence';

function asksStop(request: ChatRequest, fields: readonly Json[], { family }: Rendering): boolean {
  if ((request.stop?.length ?? 0) === 0 || (family !== 'claude' && family !== 'unknown')) return false;
  return !fields.some((one) => one.additionalModelResponseFieldPaths !== undefined);
}

interface Rendered {
  readonly body: Json;
  readonly rendering: Rendering;
  readonly memo: Memo;
}

/** The request as a whole is cached up to its end. */
function cacheWhole(messages: readonly Json[], request: ChatRequest, rendering: Rendering): readonly Json[] {
  const last = messages.at(-1);
  if (request.cache === undefined || last === undefined) return messages;
  if (!caches(rendering)) {
    rendering.dropped.add('cache_control');
    return messages;
  }
  const content = [...(last.content as readonly Json[]), cachePoint(request.cache)];
  return [...messages.slice(0, -1), { ...last, content }];
}

/** The body, in an order that never changes: caches key on the bytes before a cache point. */
function build(request: ChatRequest, target: Target, exchange: Exchange): Rendered {
  const rendering = startRendering(request, target, exchange);
  const fields = clientFields(request, rendering);
  const conversation = renderConversation(request.messages, rendering);
  const told = toolsTold(conversation);
  const course = { interleaved: isInterleaved(fields), unthought: goesOnUnthought(conversation) };
  const plan = renderThinking(request, course, rendering);
  const sampling: Json = {};
  putSampling(sampling, request, plan.thinks, rendering);
  const format = request.responseFormat;
  const structured = rendering.can.structured;
  const stand = structured ? undefined : formatTool(request, format, plan.thinks, told);
  if (format?.type === 'json' || (format?.type === 'json-schema' && !structured && stand === undefined))
    rendering.dropped.add('response_format');
  const tools =
    stand !== undefined && format?.type === 'json-schema'
      ? formatConfig(stand, format, rendering)
      : renderTools(request, told, plan.thinks, rendering);
  const askedStop = asksStop(request, fields, rendering);
  const body: Json = { messages: cacheWhole(conversation.messages, request, rendering) };
  if (conversation.system.length > 0) body.system = conversation.system;
  put(body, 'inferenceConfig', filled(inference(request, sampling, rendering)));
  put(body, 'toolConfig', tools);
  put(body, 'additionalModelRequestFields', filled({ ...plan.fields, ...topKField(sampling.top_k, rendering) }));
  if (askedStop) body.additionalModelResponseFieldPaths = [STOP_PATH];
  const output: Json = {};
  put(output, 'textFormat', structured ? textFormat(request, rendering) : undefined);
  put(output, 'effort', plan.effort);
  put(body, 'outputConfig', filled(output));
  put(body, 'serviceTier', tier(request.serviceTier, rendering));
  put(body, 'requestMetadata', request.metadata === undefined ? undefined : filled(request.metadata));
  const { metadata: _, ...losable } = request;
  reportLost(losable, rendering);
  if (request.user !== undefined) rendering.dropped.add('user');
  reportForeignExtensions(request, FORMAT, rendering.dropped);
  for (const options of fields) addFields(body, options);
  return {
    body: adapt(body, target, rendering),
    rendering,
    memo: { names: rendering.names, formatTool: stand, askedStop },
  };
}

const filled = (fields: Json): Json | undefined => (isEmpty(fields) ? undefined : fields);

/** The row's own spellings, and what its API refuses. */
function adapt(body: Json, target: Target, rendering: Rendering): Json {
  const { rename, drop } = target.row;
  if (rename === undefined && drop === undefined) return body;
  const kept = Object.entries(body).filter(([name]) => {
    const refused = drop?.includes(name) === true;
    if (refused) rendering.dropped.add(name);
    return !refused;
  });
  return Object.fromEntries(kept.map(([name, value]) => [rename?.[name] ?? name, value]));
}

function callOf({ rendering, memo }: Rendered, body: Json, action: Action): UpstreamCall {
  return new PostCall(
    rendering.target,
    action === 'converse-stream',
    { path: endpoint(rendering.target, action), headers: HEADERS, body: JSON.stringify(body), memo },
    rendering.dropped.list,
    rendering.inserted,
  );
}

/**
 * A chat request for a provider of this format.
 *
 * @throws RequestError `media_url_unsupported` for a medium by a URL of the web, `model_not_found` for a name that can't stand in a path
 */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const rendered = build(request, target, exchange);
  return callOf(rendered, rendered.body, exchange.peek.stream ? 'converse-stream' : 'converse');
}

/** What the token count takes. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTokensRequest.html */
const COUNTED = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'] as const;

/** The same request for the token count: without what only steers the answer. */
export function renderCount(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const rendered = build(request, target, exchange);
  const { body } = rendered;
  const converse = Object.fromEntries(
    COUNTED.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]),
  );
  return { ...callOf(rendered, { input: { converse } }, 'count-tokens'), inserted: [] };
}
