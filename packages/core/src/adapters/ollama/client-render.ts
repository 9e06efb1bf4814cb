import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { Dropped, reportForeignExtensions } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { given, type Json, record } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { renderMessages } from './client-messages.ts';
import { renderTools } from './client-tools.ts';
import { OPTION, writeOptions } from './options.ts';
import { writeThink } from './think.ts';
import { FORMAT } from './wire.ts';

/** Members of `/api/generate` alone: a chat has no place for them. */
const GENERATE_ONLY: ReadonlySet<string> = new Set(['raw', 'template', 'context']);

/** A canonical request as a call of `/api/chat`. Source: https://docs.ollama.com/api/chat. Throws RequestError `media_url_unsupported`. */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const dropped = new Dropped();
  const { stream } = exchange.peek;
  reportForeignExtensions(request, FORMAT, dropped);
  reportMissing(request, dropped);
  const body: Json = {
    model: target.model,
    messages: renderMessages(request.messages, dropped),
    ...given('tools', renderTools(request, dropped)),
    ...given('format', formatOf(request.responseFormat, dropped)),
    ...given('think', writeThink(request.reasoning, dropped)),
    ...given('logprobs', request.logprobs),
    ...given('top_logprobs', request.topLogprobs),
    ...given('options', writeOptions(request)),
    stream,
  };
  mergeOwn(body, request, dropped);
  mergeProviderOptions(body, request, target, exchange, dropped);
  return new PostCall(
    target,
    stream,
    {
      path: pathOf('chat', target),
      headers: headersFor(stream),
      body: JSON.stringify(without(body, target, dropped)),
      memo: memoFor(exchange, 'chat'),
    },
    dropped.list,
  );
}

/** Tiers that ask for nothing special. */
const USUAL_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only']);

/** Fields that the API has no counterpart for, by the names their senders know. */
function reportMissing(request: ChatRequest, dropped: Dropped): void {
  if (request.n !== undefined && request.n > 1) dropped.add('n');
  if (request.parallelToolCalls === false) dropped.add('parallel_tool_calls');
  if (request.logitBias !== undefined) dropped.add('logit_bias');
  if (request.user !== undefined) dropped.add('user');
  if (request.metadata !== undefined) dropped.add('metadata');
  if (request.serviceTier !== undefined && !USUAL_TIERS.has(request.serviceTier)) dropped.add('service_tier');
  if (request.cache !== undefined) dropped.add('cache_control');
  if (request.audio !== undefined) dropped.add('audio');
  if (request.modalities?.some((kind) => kind !== 'text') === true) dropped.add('modalities');
}

/** `json`, or a schema, to which the answer is held whatever is said of strictness. */
function formatOf(format: ResponseFormat | undefined, dropped: Dropped): 'json' | Json | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json') return 'json';
  const { schema, description } = format;
  if (description === undefined || 'description' in schema) return schema;
  if (schema['$ref'] !== undefined) {
    dropped.add('response_format.json_schema.description');
    return schema;
  }
  return { ...schema, description };
}

/** What a client of this format said and the chat model has no name for. */
function mergeOwn(body: Json, request: ChatRequest, dropped: Dropped): void {
  for (const [name, value] of Object.entries(request.extensions?.[FORMAT] ?? {})) {
    if (GENERATE_ONLY.has(name)) dropped.add(name);
    else if (name.startsWith(OPTION))
      body['options'] = { ...record(body['options']), [name.slice(OPTION.length)]: value };
    else body[name] ??= value;
  }
}

/** Options for this format, then those for this very provider; they win over what the request says. */
function mergeProviderOptions(
  body: Json,
  request: ChatRequest,
  target: Target,
  exchange: Exchange,
  dropped: Dropped,
): void {
  const remoteTools = exchange.peek.remoteTools === true;
  for (const group of optionsFor(request.providerOptions, [FORMAT, target.provider], remoteTools, dropped)) {
    for (const [name, value] of Object.entries(group)) {
      const more = name === 'options' ? record(value) : undefined;
      body[name] = more === undefined ? value : { ...record(body['options']), ...more };
    }
  }
}

/** What the row's API refuses is left out and reported. */
function without(body: Json, target: Target, dropped: Dropped): Json {
  for (const name of target.row.drop ?? []) {
    if (body[name] !== undefined) dropped.add(name);
    delete body[name];
  }
  return body;
}
