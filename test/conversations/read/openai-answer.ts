import type { AnswerView, CallView, ChoiceView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, list, maybeObjects, object, objects, text, wrong } from './json.ts';

const FINISH = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'];

/** A chat completion. Source: https://platform.openai.com/docs/api-reference/chat/object */
export function openAiAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  if (body.object !== 'chat.completion') wrong('object', 'must be chat.completion', body.object);
  count(body.created, 'created');
  const choices = objects(body.choices, 'choices');
  if (choices.length === 0) wrong('choices', 'must not be empty');
  return given({
    id: filled(body.id, 'id'),
    model: filled(body.model, 'model'),
    choices: choices.map(choiceView),
    usage: body.usage === undefined ? undefined : openAiUsage(body.usage),
    tier: body.service_tier === undefined ? undefined : text(body.service_tier, 'service_tier'),
  }) as AnswerView;
}

function choiceView(choice: Json, index: number): ChoiceView {
  const at = `choices.${index}`;
  if (choice.index !== index) wrong(`${at}.index`, `must be ${index}`, choice.index);
  if (!('logprobs' in choice)) wrong(at, 'must have logprobs, at least null');
  const message = object(choice.message, `${at}.message`);
  if (message.role !== 'assistant') wrong(`${at}.message.role`, 'must be assistant', message.role);
  if (!('content' in message) || !('refusal' in message))
    wrong(`${at}.message`, 'must have content and refusal, at least null', message);
  const stop = text(choice.finish_reason, `${at}.finish_reason`);
  if (!FINISH.includes(stop)) wrong(`${at}.finish_reason`, 'must be a word of the format', stop);
  return given({
    text: orEmpty(message.content, `${at}.content`),
    thought:
      message.reasoning_content === undefined ? orEmpty(message.reasoning, at) : text(message.reasoning_content, at),
    refusal: orEmpty(message.refusal, `${at}.refusal`),
    calls: maybeObjects(message.tool_calls, `${at}.tool_calls`).map((call) => callView(call, at)),
    images: maybeObjects(message.images, `${at}.images`).map((image) => text(object(image.image_url, at).url, at)),
    citations: maybeObjects(message.annotations, `${at}.annotations`).map((one) =>
      filled(object(one.url_citation, at).url, at),
    ),
    stop,
    logprobs: choice.logprobs === null ? undefined : logprobs(object(choice.logprobs, at)),
  }) as ChoiceView;
}

const orEmpty = (value: unknown, at: string): string => (value === null || value === undefined ? '' : text(value, at));

function logprobs(value: Json): ChoiceView['logprobs'] {
  return maybeObjects(value.content, 'logprobs.content').map((entry) => {
    list(entry.top_logprobs, 'logprobs.top_logprobs');
    if (entry.bytes !== null) list(entry.bytes, 'logprobs.bytes');
    return { token: text(entry.token, 'token'), logprob: Number(entry.logprob) };
  });
}

function callView(call: Json, at: string): CallView {
  if (call.type !== 'function') wrong(`${at}.tool_calls.type`, 'must be function', call);
  const called = object(call.function, `${at}.tool_calls.function`);
  const written = text(called.arguments, `${at}.arguments`);
  return { id: filled(call.id, `${at}.id`), name: filled(called.name, `${at}.name`), input: parsed(written) };
}

/** Arguments that the token limit cut are no JSON: they stay text. */
function parsed(written: string): unknown {
  try {
    return object(JSON.parse(written), 'arguments');
  } catch {
    return written;
  }
}

/** Totals include the details. Source: openai-openapi `CompletionUsage` */
export function openAiUsage(value: unknown): UsageView {
  const usage = object(value, 'usage');
  const input = count(usage.prompt_tokens, 'usage.prompt_tokens');
  const output = count(usage.completion_tokens, 'usage.completion_tokens');
  if (usage.total_tokens !== input + output) wrong('usage.total_tokens', 'must be the sum of both', usage);
  const prompt =
    usage.prompt_tokens_details === undefined ? {} : object(usage.prompt_tokens_details, 'prompt_tokens_details');
  const answer =
    usage.completion_tokens_details === undefined
      ? {}
      : object(usage.completion_tokens_details, 'completion_tokens_details');
  return given({
    input,
    output,
    cacheRead: prompt.cached_tokens,
    cacheWrite: prompt.cache_write_tokens,
    thinking: answer.reasoning_tokens,
  }) as UsageView;
}

/** Source: openai-openapi `ErrorResponse` */
export function openAiError(value: unknown): ErrorView {
  const error = object(object(value, 'body').error, 'error');
  for (const name of ['param', 'code']) if (!(name in error)) wrong('error', `must have ${name}, at least null`, error);
  return { message: filled(error.message, 'error.message'), type: filled(error.type, 'error.type') };
}
