import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import type { ProviderRow } from '../provider-row.ts';
import { Dropped, reportForeignExtensions } from '../shared/dropped.ts';
import { optionGroups, optionsFor } from '../shared/provider-options.ts';
import { given, type Json, record } from '../shared/read.ts';
import { chatPathOf, withRowFields } from '../shared/row-fields.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { notesOf } from './peek.ts';
import { readReasoning, reasoningFields } from './reasoning-options.ts';
import { cacheFields, type Rendering } from './render-content.ts';
import { renderMessages } from './render-messages.ts';
import { renderTools, TOOL_NAMES } from './render-tools.ts';
import { requestRepairs } from './repair-request.ts';
import { has, isExact, reasoningStyle } from './row.ts';
import { FORMAT } from './wire.ts';

/** Ids of calls: OpenAI refuses longer ones, which other vendors make. Source: its error `string_above_max_length` */
const CALL_IDS: NameRule = { character: /[\s\S]/, maxLength: 40 };

/** What rendering this request needs; its names and ids are known from the start, so that those that are allowed stay as they are. */
function renderingOf(request: ChatRequest, target: Target): Rendering & { names: Names } {
  const tools = (request.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [] : [tool.name]));
  const calls = request.messages.flatMap(({ content }) =>
    content.flatMap((part) => ('callId' in part ? [part.callId] : [])),
  );
  const names = createNames(tools, TOOL_NAMES);
  const ids = createNames(calls, CALL_IDS);
  return {
    target,
    dropped: new Dropped(),
    inserted: new Dropped(),
    names,
    toolName: (name) => names.wire(name),
    callId: (id) => ids.wire(id),
  };
}

/** A canonical request as a call of a chat completions API. Members stand in the same order every time, for the sake of prompt caches. */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const rendering = renderingOf(request, target);
  const { names } = rendering;
  reportForeignExtensions(request, FORMAT, rendering.dropped);
  const own = bodyOf(request, rendering, exchange);
  const body = spelled(withProviderOptions(own, request, rendering, exchange), rendering);
  const { stream } = exchange.peek;
  return new PostCall(
    target,
    stream,
    {
      path: chatPathOf(target, exchange.peek.stream) ?? pathOf('chat', target),
      headers: headersFor(stream),
      body: JSON.stringify(body),
      memo: memoFor(exchange, { names, ...given('audioFormat', request.audio?.format) }),
    },
    rendering.dropped.list,
    rendering.inserted.list,
  );
}

function bodyOf(request: ChatRequest, rendering: Rendering, exchange: Exchange): Json {
  const { target } = rendering;
  return {
    ...request.extensions?.[FORMAT],
    model: target.model,
    messages: renderMessages(request.messages, rendering),
    ...renderTools(request, rendering),
    ...sampling(request, rendering),
    ...output(request, rendering, exchange),
    ...reasoning(request, rendering, exchange),
    ...housekeeping(request, exchange),
    ...cacheFields(request.cache === undefined ? {} : { cache: request.cache }, rendering),
    ...streaming(request, target.row, exchange),
    ...(request.messages.at(-1)?.goesOn === true && has(target.row, 'final-message') ? FINAL_MESSAGE : {}),
  };
}

const FINAL_MESSAGE = { continue_final_message: true, add_generation_prompt: false };

function sampling(request: ChatRequest, rendering: Rendering): Json {
  const exact = isExact(rendering.target.row);
  // OpenAI's own API refuses the field; most others take it.
  if (exact && request.topK !== undefined) rendering.dropped.add('top_k');
  return {
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_k', exact ? undefined : request.topK),
    ...given('stop', request.stop),
    ...given('seed', request.seed),
    ...given('frequency_penalty', request.frequencyPenalty),
    ...given('presence_penalty', request.presencePenalty),
    ...given('n', request.n),
    ...given('logprobs', request.logprobs),
    ...given('top_logprobs', request.topLogprobs),
    ...given('logit_bias', request.logitBias),
  };
}

/** The client's own spelling; else what the API that owns the format wants, and what all others know. */
export function boundName(row: ProviderRow, exchange: Exchange): string {
  return notesOf(exchange.peek).maxTokens ?? (isExact(row) ? 'max_completion_tokens' : 'max_tokens');
}

function output(request: ChatRequest, rendering: Rendering, exchange: Exchange): Json {
  const bound = request.maxOutputTokens;
  return {
    ...(bound === undefined ? {} : { [boundName(rendering.target.row, exchange)]: bound }),
    ...given(
      'response_format',
      request.responseFormat === undefined ? undefined : responseFormat(request.responseFormat, rendering),
    ),
    ...given('modalities', request.modalities),
    ...given('audio', request.audio),
  };
}

/** A schema's name is required here and unknown to other formats. */
const SCHEMA_NAME = 'response';

function responseFormat(format: ResponseFormat, rendering: Rendering): Json {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { schema, name, description, strict } = format;
  if (name === undefined) rendering.inserted.add(`response_format.json_schema.name=${SCHEMA_NAME}`);
  return {
    type: 'json_schema',
    json_schema: {
      name: name ?? SCHEMA_NAME,
      ...given('description', description),
      schema,
      ...given('strict', strict),
    },
  };
}

/** The client's own fields when they still say what the request says; else the row's style. */
function reasoning(request: ChatRequest, rendering: Rendering, exchange: Exchange): Json {
  const options = request.reasoning;
  if (options === undefined) return {};
  const own = notesOf(exchange.peek).reasoning;
  const said = own === undefined ? undefined : readReasoning((field) => own[field]);
  if (own !== undefined && said !== undefined && JSON.stringify(said) === JSON.stringify(options)) return own;
  const { fields, unsaid } = reasoningFields(options, reasoningStyle(rendering.target.row));
  for (const name of unsaid) rendering.dropped.add(name);
  return fields;
}

function housekeeping(request: ChatRequest, exchange: Exchange): Json {
  const userField = notesOf(exchange.peek).user ?? 'user';
  return {
    ...(request.user === undefined ? {} : { [userField]: request.user }),
    ...given('metadata', request.metadata),
    ...given('service_tier', request.serviceTier),
  };
}

function streaming(request: ChatRequest, row: ProviderRow, exchange: Exchange): Json {
  if (!exchange.peek.stream) return {};
  if (row.streamUsage === false) return { stream: true };
  const asked = record(request.extensions?.[FORMAT]?.['stream_options']);
  return { stream: true, stream_options: { ...asked, include_usage: true } };
}

/** Options for this format, then those for this very provider; they win over what the request says. */
function withProviderOptions(body: Json, request: ChatRequest, rendering: Rendering, exchange: Exchange): Json {
  const groups = optionGroups(rendering.target);
  const options = optionsFor(request.providerOptions, groups, exchange.peek.remoteTools === true, rendering.dropped);
  return Object.assign({ ...body }, ...options) as Json;
}

/** The body as the row's API spells it: repairs, then what it refuses left out and reported, then renames. */
function spelled(body: Json, rendering: Rendering): Json {
  const { row } = rendering.target;
  const members = new Map(Object.entries(body));
  for (const [name, value] of requestRepairs(members, row)) members.set(name, value);
  for (const name of row.drop ?? []) {
    if (members.get(name) !== undefined) rendering.dropped.add(name);
    members.delete(name);
  }
  for (const [ours, theirs] of Object.entries(row.rename ?? {})) {
    const value = members.get(ours);
    members.delete(ours);
    if (value !== undefined && !members.has(theirs)) members.set(theirs, value);
  }
  return withRowFields(Object.fromEntries(members), row);
}
