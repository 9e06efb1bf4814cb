import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { notesOf as chatNotesOf } from '../openai-chat/peek.ts';
import { reasoningFields } from '../openai-chat/reasoning-options.ts';
import { FORMAT as CHAT } from '../openai-chat/wire.ts';
import { PostCall } from '../post-call.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { given, type Json, record, strings } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { writeInput } from './input-write.ts';
import { notesOf } from './peek.ts';
import { type Rendering, startRendering } from './rendering.ts';
import { SHARED } from './server-parse.ts';
import { writeTools } from './tools-write.ts';
import { FORMAT } from './wire.ts';

/** A canonical request as a call of the Responses API. Members stand in the same order every time, for the sake of prompt caches. */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  return callOf(request, 'chat', target, exchange);
}

/** The provider's count of a prompt's tokens. Source: https://platform.openai.com/docs/api-reference/responses/input-tokens */
export function renderCount(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  return callOf(request, 'count-tokens', target, exchange);
}

/** What the count takes of a request. Source: https://platform.openai.com/docs/api-reference/responses/input-tokens */
const COUNTED = [
  'conversation',
  'input',
  'instructions',
  'model',
  'parallel_tool_calls',
  'previous_response_id',
].concat(['reasoning', 'text', 'tool_choice', 'tools', 'truncation']);

function callOf(
  request: ChatRequest,
  operation: 'chat' | 'count-tokens',
  target: Target,
  exchange: Exchange,
): UpstreamCall {
  const rendering = startRendering(request, target, exchange);
  reportForeign(request, rendering);
  const body = spelled(withProviderOptions(bodyOf(request, rendering), request, rendering), rendering);
  const stream = operation === 'chat' && exchange.peek.stream;
  const sent = operation === 'chat' ? { ...body, ...(stream ? { stream } : {}) } : only(body, COUNTED);
  return new PostCall(
    target,
    stream,
    {
      path: pathOf(operation, target),
      headers: headersFor(stream),
      body: JSON.stringify(sent),
      memo: { ...memoFor(exchange), names: rendering.names },
    },
    rendering.dropped.list,
    rendering.inserted.list,
  );
}

const only = (body: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));

/** Fields of other formats; those that the chat API of the same vendor shares are none. */
function reportForeign(request: ChatRequest, rendering: Rendering): void {
  for (const [from, fields] of Object.entries(request.extensions ?? {})) {
    if (from === FORMAT) continue;
    for (const name of Object.keys(fields)) if (from !== CHAT || !SHARED.has(name)) rendering.dropped.add(name);
  }
}

function bodyOf(request: ChatRequest, rendering: Rendering): Json {
  const { instructions, input } = writeInput(request.messages, rendering);
  const { target, exchange } = rendering;
  const extensions = request.extensions?.[FORMAT] ?? {};
  const stateful = extensions.previous_response_id !== undefined || extensions.conversation !== undefined;
  return {
    ...extensions,
    model: target.model,
    ...given('instructions', instructions),
    ...(input.length === 0 && (stateful || extensions.prompt !== undefined) ? {} : { input }),
    ...writeTools(request, rendering),
    ...sampling(request, rendering),
    ...text(request, rendering),
    ...reasoning(request, rendering),
    ...given('user', chatNotesOf(exchange.peek).user === undefined ? request.user : undefined),
    ...given('safety_identifier', chatNotesOf(exchange.peek).user === undefined ? undefined : request.user),
    ...given('metadata', request.metadata),
    ...given('service_tier', request.serviceTier),
    ...shared(request),
    ...keeping(request, rendering),
  };
}

/** What the API has no member for. Source: https://platform.openai.com/docs/guides/migrate-to-responses */
const ABSENT = [
  ['stop', 'stop'],
  ['seed', 'seed'],
  ['topK', 'top_k'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['logitBias', 'logit_bias'],
  ['audio', 'audio'],
  ['cache', 'cache_control'],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

function sampling(request: ChatRequest, rendering: Rendering): Json {
  for (const [key, name] of ABSENT) if (request[key] !== undefined) rendering.dropped.add(name);
  if ((request.n ?? 1) > 1) rendering.dropped.add('n');
  if (request.modalities?.some((kind) => kind.toLowerCase() !== 'text') === true) rendering.dropped.add('modalities');
  return {
    ...given('max_output_tokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_logprobs', request.topLogprobs),
  };
}

/** A schema's name is required here and unknown to other formats. */
const SCHEMA_NAME = 'response';

function formatOf(format: ResponseFormat, rendering: Rendering): Json {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { schema, name, description, strict } = format;
  if (name === undefined) rendering.inserted.add(`text.format.name=${SCHEMA_NAME}`);
  return {
    type: 'json_schema',
    name: name ?? SCHEMA_NAME,
    ...given('description', description),
    schema,
    ...given('strict', strict),
  };
}

function text(request: ChatRequest, rendering: Rendering): Json {
  const { responseFormat } = request;
  const options = {
    ...record(request.extensions?.[FORMAT]?.text),
    ...given('format', responseFormat === undefined ? undefined : formatOf(responseFormat, rendering)),
    ...given('verbosity', request.extensions?.[CHAT]?.verbosity),
  };
  return Object.keys(options).length === 0 ? {} : { text: options };
}

/** Effort in this vendor's words. A summary is asked for only where the client wants to see the thinking. */
function reasoning(request: ChatRequest, rendering: Rendering): Json {
  const options = request.reasoning;
  const own = record(request.extensions?.[FORMAT]?.reasoning);
  if (options === undefined) return {};
  const { fields, unsaid } = reasoningFields(options, 'reasoning-effort');
  for (const name of unsaid) if (name !== 'reasoning.summary') rendering.dropped.add(name);
  const summary = options.summary ?? (options.include === true ? 'auto' : undefined);
  const said = { ...own, ...given('effort', fields.reasoning_effort), ...given('summary', summary) };
  return Object.keys(said).length === 0 ? {} : { reasoning: said };
}

function shared(request: ChatRequest): Json {
  const fields = request.extensions?.[CHAT] ?? {};
  return Object.fromEntries(
    [...SHARED].flatMap((name) => (name === 'verbosity' || fields[name] === undefined ? [] : [[name, fields[name]]])),
  );
}

const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED = 'reasoning.encrypted_content';

/** Models that reason; others refuse to be asked for encrypted reasoning. Source: https://platform.openai.com/docs/guides/reasoning */
const REASONS = /^(?:o\d|gpt-(?:[5-9]|\d\d)(?!.*-chat)|codex|gpt-oss)/;

/**
 * What is kept by whom. A client of this format says so itself. One of another format sends the conversation with each turn and expects the provider to
 * keep nothing; its reasoning can only come back encrypted. Source: https://platform.openai.com/docs/guides/migrate-to-responses (store, ZDR)
 */
function keeping(request: ChatRequest, rendering: Rendering): Json {
  const notes = notesOf(rendering.exchange.peek);
  const asked = new Set([...(notes?.include ?? []), ...(strings(request.extensions?.[FORMAT]?.include) ?? [])]);
  if (request.logprobs === true) asked.add(LOGPROBS);
  const thinks = request.reasoning !== undefined || REASONS.test(rendering.target.model);
  if (notes === undefined && thinks) asked.add(ENCRYPTED);
  const kept = notes === undefined ? (request.extensions?.[CHAT]?.store ?? false) : notes.store;
  return { ...(asked.size === 0 ? {} : { include: [...asked] }), ...given('store', kept) };
}

/** Options for this format, then those for this very provider; they win over what the request says. */
function withProviderOptions(body: Json, request: ChatRequest, rendering: Rendering): Json {
  const groups = [FORMAT, rendering.target.provider];
  const remote = rendering.exchange.peek.remoteTools === true;
  return Object.assign({ ...body }, ...optionsFor(request.providerOptions, groups, remote, rendering.dropped)) as Json;
}

/** The body as the row's API spells it: what it refuses left out and reported, then renames. */
function spelled(body: Json, rendering: Rendering): Json {
  const { row } = rendering.target;
  const members = new Map(Object.entries(body));
  for (const name of row.drop ?? []) {
    if (members.get(name) !== undefined) rendering.dropped.add(name);
    members.delete(name);
  }
  for (const [ours, theirs] of Object.entries(row.rename ?? {})) {
    const value = members.get(ours);
    members.delete(ours);
    if (value !== undefined && !members.has(theirs)) members.set(theirs, value);
  }
  return Object.fromEntries(members);
}
