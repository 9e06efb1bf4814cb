import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { reportForeignExtensions } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { type Json, put } from '../shared/read.ts';
import { renderMessages } from './client-messages.ts';
import { putFormat, putSampling, reportLost } from './client-options.ts';
import type { Memo } from './client-parse.ts';
import { putTools } from './client-tools.ts';
import { headersFor, pathOf } from './forward.ts';
import { type Rendering, startRendering } from './rendering.ts';
import { writeThinking } from './thinking.ts';
import { FORMAT } from './wire.ts';

/** Never taken from options or extensions: decisions rest on them, or they are built here. */
const RESERVED: ReadonlySet<string> = new Set(['model', 'stream', 'max_tokens', 'messages', '__proto__']);

/** The client's own fields for this format, then options for it and for this very provider; the later ones win. */
function clientFields(request: ChatRequest, exchange: Exchange, { target, dropped }: Rendering): Json {
  const remoteTools = exchange.peek.remoteTools === true;
  const options = optionsFor(request.providerOptions, [FORMAT, target.provider], remoteTools, dropped);
  const fields = Object.entries(Object.assign({}, request.extensions?.[FORMAT], ...options) as Json);
  return Object.fromEntries(fields.filter(([name]) => !RESERVED.has(name)));
}

/** The row's own spellings, and what its API refuses. */
function adapted(body: Json, { target: { row }, dropped }: Rendering): Json {
  const { rename = {}, drop = [] } = row;
  const kept = Object.entries(body).filter(([name]) => {
    if (!drop.includes(name)) return true;
    dropped.add(name);
    return false;
  });
  return Object.fromEntries(
    kept.map(([name, value]) => [Object.hasOwn(rename, name) ? (rename[name] ?? name) : name, value]),
  );
}

/** The body, in an order that never changes. */
function build(request: ChatRequest, exchange: Exchange, rendering: Rendering): Json {
  const { target, dropped } = rendering;
  const body: Json = { model: target.model, messages: renderMessages(request.messages, rendering) };
  if (rendering.documents.length > 0) body.documents = rendering.documents;
  putTools(body, request, rendering);
  putFormat(body, request, rendering);
  put(body, 'max_tokens', request.maxOutputTokens);
  putSampling(body, request, rendering);
  if (request.reasoning !== undefined) put(body, 'thinking', writeThinking(request.reasoning, target.model, dropped));
  if (exchange.peek.stream) body.stream = true;
  reportLost(request, rendering);
  reportForeignExtensions(request, FORMAT, dropped);
  return adapted(Object.assign(body, clientFields(request, exchange, rendering)), rendering);
}

/** A chat request for a provider of this format. Throws RequestError `media_url_unsupported` for a text by its address. */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const rendering = startRendering(request, target);
  const body = build(request, exchange, rendering);
  const { stream } = exchange.peek;
  const memo: Memo = { names: rendering.names };
  return new PostCall(
    target,
    stream,
    { path: pathOf('chat', target), headers: headersFor(stream), body: JSON.stringify(body), memo },
    rendering.dropped.list,
    rendering.inserted.list,
  );
}
