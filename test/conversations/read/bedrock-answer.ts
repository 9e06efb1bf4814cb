import type { AnswerView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, maybeObjects, object, objects, text, wrong } from './json.ts';

const STOPS = (
  'end_turn tool_use max_tokens stop_sequence guardrail_intervened content_filtered malformed_model_output malformed_tool_use ' +
  'model_context_window_exceeded'
).split(' ');

/** A ConverseResponse. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax */
export function bedrockAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  const message = object(object(body.output, 'output').message, 'message');
  if (message.role !== 'assistant') wrong('role', 'must be the assistant', message);
  const stop = text(body.stopReason, 'stopReason');
  if (!STOPS.includes(stop)) wrong('stopReason', 'must be a word of the format', stop);
  count(object(body.metrics, 'metrics').latencyMs, 'latencyMs');
  const blocks = objects(message.content, 'content');
  const fields =
    body.additionalModelResponseFields === undefined ? {} : object(body.additionalModelResponseFields, 'fields');
  const cited = blocks.flatMap((block) =>
    block.citationsContent === undefined ? [] : [object(block.citationsContent, 'cited')],
  );
  const choice = given({
    text: blocks.map((block, index) => textOf(block, `content.${index}`)).join(''),
    thought: blocks.map((block, index) => thoughtOf(block, `content.${index}`)).join(''),
    refusal: '',
    calls: blocks.flatMap((block, index) => callsOf(block, `content.${index}`)),
    images: blocks.flatMap((block, index) => imagesOf(block, `content.${index}`)),
    citations: cited.flatMap((one) => objects(one.citations, 'citations').map(citationOf)),
    stop,
    stopSequence: typeof fields.stop_sequence === 'string' ? text(fields.stop_sequence, 'stop_sequence') : undefined,
  });
  return given({
    // The format has neither id nor model.
    id: 'none',
    model: 'none',
    choices: [choice],
    usage: body.usage === undefined ? undefined : bedrockUsage(body.usage),
    tier: body.serviceTier === undefined ? undefined : object(body.serviceTier, 'serviceTier').type,
  }) as AnswerView;
}

function citationOf(citation: Json): string {
  const web = object(citation.location ?? {}, 'location').web;
  if (web !== undefined) return text(object(web, 'web').url, 'url');
  return maybeObjects(citation.sourceContent, 'sourceContent')
    .map((piece) => text(piece.text, 'sourceContent'))
    .join('');
}

function textOf(block: Json, at: string): string {
  if (Object.keys(block).length !== 1) wrong(at, 'must have exactly one member', block);
  if (block.text !== undefined) return text(block.text, at);
  if (block.citationsContent === undefined) return '';
  return objects(object(block.citationsContent, at).content, at)
    .map((piece) => text(piece.text, at))
    .join('');
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function thoughtOf(block: Json, at: string): string {
  if (block.reasoningContent === undefined) return '';
  const { reasoningText, redactedContent } = object(block.reasoningContent, at);
  if (redactedContent !== undefined) {
    if (!BASE64.test(filled(redactedContent, at))) wrong(at, 'must be base64', redactedContent);
    return '';
  }
  const reasoning = object(reasoningText, at);
  if (reasoning.signature !== undefined) filled(reasoning.signature, `${at}.signature`);
  return text(reasoning.text, at);
}

function callsOf(block: Json, at: string) {
  if (block.toolUse === undefined) return [];
  const { toolUseId, name, input } = object(block.toolUse, at);
  return [
    { id: filled(toolUseId, `${at}.toolUseId`), name: filled(name, `${at}.name`), input: object(input, `${at}.input`) },
  ];
}

function imagesOf(block: Json, at: string): string[] {
  if (block.image === undefined) return [];
  const { format, source } = object(block.image, at);
  return [`data:image/${text(format, at)};base64,${text(object(source, at).bytes, at)}`];
}

/** The three classes of input are disjoint. Source: …/API_runtime_TokenUsage.html */
function bedrockUsage(value: unknown): UsageView {
  const usage = object(value, 'usage');
  const cacheRead = count(usage.cacheReadInputTokens ?? 0, 'cacheReadInputTokens');
  const cacheWrite = count(usage.cacheWriteInputTokens ?? 0, 'cacheWriteInputTokens');
  const input = count(usage.inputTokens, 'inputTokens') + cacheRead + cacheWrite;
  const output = count(usage.outputTokens, 'outputTokens');
  if (count(usage.totalTokens, 'totalTokens') !== input + output) wrong('totalTokens', 'must be the sum', usage);
  return { input, cacheRead, cacheWrite, output };
}

/** The type of an error stands in a header; its body has the message only. */
export function bedrockError(value: unknown): ErrorView {
  const body = object(value, 'body');
  if (Object.keys(body).join() !== 'message') wrong('body', 'must have a message only', body);
  return { message: filled(body.message, 'message'), type: 'exception' };
}
