import type { ChatRequest, Message } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { Dropped, reportForeignExtensions } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { given, type Json } from '../shared/read.ts';
import { FORMAT, headersFor, memoFor, pathOf } from './wire.ts';

/**
 * A canonical request as a call of a completions API. A conversation has roles, and a prompt has none; only one message of the user alone is the
 * same as one. Throws RequestError `unsupported_by_target` for any other.
 */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const dropped = new Dropped();
  const { stream } = exchange.peek;
  const prompt = promptOf(request, dropped);
  reportForeignExtensions(request, FORMAT, dropped);
  reportMissing(request, dropped);
  const body: Json = {
    ...request.extensions?.[FORMAT],
    model: target.model,
    prompt,
    ...settings(request),
    ...(stream ? { stream: true, ...(target.row.streamUsage === false ? {} : WITH_USAGE) } : {}),
  };
  const groups = optionsFor(
    request.providerOptions,
    [FORMAT, target.provider],
    exchange.peek.remoteTools === true,
    dropped,
  );
  Object.assign(body, ...groups);
  for (const name of target.row.drop ?? []) {
    if (body[name] !== undefined) dropped.add(name);
    delete body[name];
  }
  return new PostCall(
    target,
    stream,
    { path: pathOf(target), headers: headersFor(stream), body: JSON.stringify(body), memo: memoFor(exchange) },
    dropped.list,
  );
}

const WITH_USAGE = { stream_options: { include_usage: true } };

function promptOf({ messages }: ChatRequest, dropped: Dropped): string {
  const [message, ...more] = messages.filter((each) => !isEmptyPreamble(each));
  const texts = message?.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (message?.role !== 'user' || more.length > 0 || texts?.length !== message.content.length)
    throw new RequestError(
      'unsupported_by_target',
      'The model completes a text and holds no conversation: it takes one message of the user, of text.',
      { param: 'messages' },
    );
  if (message.name !== undefined) dropped.add('messages.0.name');
  if (message.content.some(({ cache }) => cache !== undefined)) dropped.add('cache_control');
  return texts.join('');
}

/** A system prompt without a word, as some clients always send one: it says nothing. */
const isEmptyPreamble = ({ role, content }: Message): boolean =>
  (role === 'system' || role === 'developer') &&
  content.every((part) => part.type === 'text' && part.text.trim() === '');

function settings(request: ChatRequest): Json {
  return {
    ...given('max_tokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('n', request.n),
    ...given('stop', request.stop),
    ...given('seed', request.seed),
    ...given('frequency_penalty', request.frequencyPenalty),
    ...given('presence_penalty', request.presencePenalty),
    ...given('logit_bias', request.logitBias),
    ...(request.logprobs === true ? { logprobs: request.topLogprobs ?? 0 } : {}),
    ...given('user', request.user),
  };
}

/** Fields that the API has no counterpart for, by the names their senders know. */
function reportMissing(request: ChatRequest, dropped: Dropped): void {
  const { reasoning, responseFormat, modalities, serviceTier } = request;
  if ((request.tools ?? []).length > 0) dropped.add('tools');
  if (request.toolChoice !== undefined && request.toolChoice.type !== 'none') dropped.add('tool_choice');
  if (request.parallelToolCalls === false) dropped.add('parallel_tool_calls');
  if (request.topK !== undefined) dropped.add('top_k');
  if (responseFormat !== undefined && responseFormat.type !== 'text') dropped.add('response_format');
  if (reasoning !== undefined && reasoning.enabled !== false && reasoning.effort !== 'none') dropped.add('reasoning');
  if (modalities?.some((kind) => kind !== 'text') === true) dropped.add('modalities');
  if (request.audio !== undefined) dropped.add('audio');
  if (request.metadata !== undefined) dropped.add('metadata');
  if (serviceTier !== undefined && serviceTier !== 'auto' && serviceTier !== 'default') dropped.add('service_tier');
  if (request.cache !== undefined) dropped.add('cache_control');
}
