import type { AnswerView, CallView, ChoiceView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, list, object, objects, text, wrong } from './json.ts';
import { openAiError } from './openai-answer.ts';

/** Members that a response must have, be they null. Source: openai-openapi `Response`; https://www.openresponses.org/openapi (ResponseResource) */
const REQUIRED = (
  'background completed_at created_at error id incomplete_details instructions max_output_tokens metadata model object output ' +
  'parallel_tool_calls previous_response_id reasoning status temperature text tool_choice tools top_p truncation usage'
).split(' ');

/** A response. Source: https://platform.openai.com/docs/api-reference/responses/object */
export function responsesAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  for (const name of REQUIRED) if (!(name in body)) wrong('body', `must have ${name}, at least null`, body);
  if (body.object !== 'response') wrong('object', 'must be response', body.object);
  if (body.error !== null) wrong('error', 'must be null in an answer', body.error);
  count(body.created_at, 'created_at');
  return given({
    id: filled(body.id, 'id'),
    model: filled(body.model, 'model'),
    choices: [choiceView(objects(body.output, 'output'), stopOf(body))],
    usage: body.usage === null ? undefined : usageView(body.usage),
    tier: body.service_tier === undefined ? undefined : text(body.service_tier, 'service_tier'),
  }) as AnswerView;
}

function stopOf(body: Json): string {
  if (body.status === 'completed') {
    if (body.incomplete_details !== null) wrong('incomplete_details', 'must be null', body.incomplete_details);
    return 'completed';
  }
  if (body.status !== 'incomplete') wrong('status', 'must be completed or incomplete', body.status);
  return `incomplete: ${text(object(body.incomplete_details, 'incomplete_details').reason, 'reason')}`;
}

function choiceView(output: readonly Json[], stop: string): ChoiceView {
  const ids = output.map((item, index) => filled(item.id, `output.${index}.id`));
  if (new Set(ids).size < ids.length) wrong('output', 'must have ids of their own', ids);
  const content = output.filter((item) => item.type === 'message').flatMap((item) => contentOf(item));
  const texts = content.filter((part) => part.type === 'output_text');
  const logprobs = texts.flatMap((part) => list(part.logprobs, 'logprobs')).map((entry) => object(entry, 'logprobs'));
  return given({
    text: texts.map((part) => text(part.text, 'text')).join(''),
    thought: output
      .filter((item) => item.type === 'reasoning')
      .map(thoughtOf)
      .join(''),
    refusal: content.map((part) => (part.type === 'refusal' ? text(part.refusal, 'refusal') : '')).join(''),
    calls: output.filter((item) => item.type === 'function_call').map(callView),
    images: output.flatMap((item) =>
      item.type === 'image_generation_call' ? [`data:image/png;base64,${item.result}`] : [],
    ),
    citations: texts.flatMap((part) => objects(part.annotations, 'annotations')).map((one) => filled(one.url, 'url')),
    stop,
    logprobs:
      logprobs.length === 0
        ? undefined
        : logprobs.map((one) => ({ token: text(one.token, 'token'), logprob: Number(one.logprob) })),
  }) as ChoiceView;
}

function contentOf(item: Json): readonly Json[] {
  if (item.role !== 'assistant') wrong('output', 'must be said by the assistant', item);
  if (item.status !== 'completed' && item.status !== 'incomplete') wrong('output', 'must be over', item);
  const content = objects(item.content, 'content');
  if (content.length === 0) wrong('content', 'must not be empty', item);
  return content;
}

function thoughtOf(item: Json): string {
  const pieces = item.content === undefined ? objects(item.summary, 'summary') : objects(item.content, 'content');
  objects(item.summary, 'summary');
  return pieces.map((piece) => text(piece.text, 'text')).join('\n\n');
}

function callView(item: Json): CallView {
  const written = text(item.arguments, 'arguments');
  return { id: filled(item.call_id, 'call_id'), name: filled(item.name, 'name'), input: parsed(written) };
}

/** Arguments that the token limit cut are no JSON: they stay text. */
function parsed(written: string): unknown {
  try {
    return object(JSON.parse(written), 'arguments');
  } catch {
    return written;
  }
}

/** Totals include the details. Source: openai-openapi `ResponseUsage` */
function usageView(value: unknown): UsageView {
  const usage = object(value, 'usage');
  const input = count(usage.input_tokens, 'usage.input_tokens');
  const output = count(usage.output_tokens, 'usage.output_tokens');
  if (usage.total_tokens !== input + output) wrong('usage.total_tokens', 'must be the sum of both', usage);
  const told = object(usage.input_tokens_details, 'input_tokens_details');
  const said = object(usage.output_tokens_details, 'output_tokens_details');
  return {
    input,
    output,
    cacheRead: count(told.cached_tokens, 'cached_tokens'),
    thinking: count(said.reasoning_tokens, 'reasoning_tokens'),
  };
}

/** All of the vendor's APIs share one envelope. Source: openai-openapi `ErrorResponse` */
export const responsesError = (value: unknown): ErrorView => openAiError(value);
