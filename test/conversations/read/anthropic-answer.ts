import type { AnswerView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, maybeObjects, object, objects, text, wrong } from './json.ts';

const STOPS = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
];

/** A message. Source: anthropic-sdk-typescript `Message` */
export function anthropicAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  if (body.type !== 'message' || body.role !== 'assistant') wrong('body', 'must be a message of the assistant', body);
  const stop = text(body.stop_reason, 'stop_reason');
  if (!STOPS.includes(stop)) wrong('stop_reason', 'must be a word of the format', stop);
  if (!('stop_sequence' in body)) wrong('body', 'must have stop_sequence, at least null');
  const blocks = objects(body.content, 'content');
  for (const [index, block] of blocks.entries()) judge(block, `content.${index}`);
  const of = (type: string): readonly Json[] => blocks.filter((block) => block.type === type);
  const choice = given({
    text: of('text')
      .map((block) => block.text)
      .join(''),
    thought: of('thinking')
      .map((block) => block.thinking)
      .join(''),
    refusal: '',
    calls: of('tool_use').map((block) => ({
      id: text(block.id, 'id'),
      name: text(block.name, 'name'),
      input: block.input,
    })),
    images: [],
    citations: of('text').flatMap((block) =>
      maybeObjects(block.citations, 'citations').map((one) => text(one.url ?? one.cited_text, 'citation')),
    ),
    stop,
    stopSequence: body.stop_sequence === null ? undefined : text(body.stop_sequence, 'stop_sequence'),
  });
  const usage = object(body.usage, 'usage');
  return given({
    id: filled(body.id, 'id'),
    model: filled(body.model, 'model'),
    choices: [choice],
    usage: anthropicUsage(usage),
    tier: usage.service_tier,
  }) as AnswerView;
}

/** A block that a client can send back: the API refuses empty texts, and ids beyond its pattern. */
function judge(block: Json, at: string): void {
  if (block.type === 'text') text(block.text, `${at}.text`);
  if (block.type === 'thinking') {
    text(block.thinking, `${at}.thinking`);
    text(block.signature, `${at}.signature`);
  }
  if (block.type === 'redacted_thinking') filled(block.data, `${at}.data`);
  if (block.type !== 'tool_use') return;
  if (!/^[a-zA-Z0-9_-]+$/.test(text(block.id, `${at}.id`)))
    wrong(`${at}.id`, 'must match the pattern of the API', block.id);
  filled(block.name, `${at}.name`);
  object(block.input, `${at}.input`);
}

/** The three classes of input are disjoint. Source: anthropic-sdk-typescript `Usage` */
function anthropicUsage(value: unknown): UsageView {
  const usage = object(value, 'usage');
  const cacheRead = count(usage.cache_read_input_tokens ?? 0, 'cache_read_input_tokens');
  const cacheWrite = count(usage.cache_creation_input_tokens ?? 0, 'cache_creation_input_tokens');
  const details = object(usage.output_tokens_details ?? {}, 'output_tokens_details');
  return given({
    input: count(usage.input_tokens, 'input_tokens') + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: count(usage.output_tokens, 'output_tokens'),
    thinking: details.thinking_tokens,
  }) as UsageView;
}

/** Source: https://docs.anthropic.com/en/api/errors#error-shapes */
export function anthropicError(value: unknown): ErrorView {
  const body = object(value, 'body');
  if (body.type !== 'error') wrong('type', 'must be error', body);
  const error = object(body.error, 'error');
  return { message: filled(error.message, 'error.message'), type: filled(error.type, 'error.type') };
}
