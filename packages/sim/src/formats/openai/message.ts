import type { Answer, AnswerPart, Finish, ReasoningPart, ToolPart } from '../../answer/answer.ts';
import type { Saying } from '../format.ts';

/** Source: openai-openapi `CreateChatCompletionResponse.choices[].finish_reason`; a refusal ends with `stop`. */
export const FINISH_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  tools: 'tool_calls',
  refusal: 'stop',
  filtered: 'content_filter',
};

/** The message of one choice. Source: openai-openapi `ChatCompletionResponseMessage`: `content` and `refusal` are always there, null when empty. */
export function openAiMessage(saying: Saying, answer: Answer): Record<string, unknown> {
  const text = joined(answer, 'text');
  const refusal = joined(answer, 'refusal');
  const calls = answer.parts.filter((part) => part.kind === 'tool');
  const message: Record<string, unknown> = { role: 'assistant', content: text ?? null, refusal: refusal ?? null };
  for (const part of answer.parts) if (part.kind === 'reasoning') Object.assign(message, reasoningFields(saying, part));
  if (calls.length > 0) message.tool_calls = calls.map((call) => toolCall(saying, call));
  const annotations = answer.parts.flatMap((part) =>
    part.kind === 'text' && part.cites ? citations(part.tokens.join('')) : [],
  );
  if (calls.length === 0 || annotations.length > 0) message.annotations = annotations;
  return message;
}

function joined(answer: Answer, kind: AnswerPart['kind']): string | undefined {
  const tokens = answer.parts.filter((part) => part.kind === kind).flatMap((part) => part.tokens);
  return answer.parts.some((part) => part.kind === kind) ? tokens.join('') : undefined;
}

/**
 * Reasoning as OpenAI-compatible providers show it: `reasoning_content` (https://api-docs.deepseek.com/guides/reasoning_model) or, under
 * `details` and `redacted`, `reasoning_details` (https://openrouter.ai/docs/use-cases/reasoning-tokens: `reasoning.text`, `reasoning.encrypted`).
 */
function reasoningFields(saying: Saying, part: ReasoningPart): Record<string, unknown> {
  const text = part.tokens.join('');
  if (part.form === 'hidden') return {};
  if (part.form === 'redacted') return { reasoning_details: [encryptedDetail(saying, text)] };
  if (!saying.script.words.has('details')) return { reasoning_content: text };
  return { reasoning: text, reasoning_details: [textDetail(saying, text)] };
}

function textDetail(saying: Saying, text: string): unknown {
  const signature = saying.signer.sign('openai-detail', text, saying.nonce);
  return { type: 'reasoning.text', text, signature, format: 'anthropic-claude-v1', index: 0 };
}

/** An unreadable detail: the data is a signature over nothing readable. */
export function encryptedDetail(saying: Saying, text: string): unknown {
  return {
    type: 'reasoning.encrypted',
    data: saying.signer.sign('openai-encrypted', '', `${saying.nonce}${text}`),
    format: 'anthropic-claude-v1',
    index: 0,
  };
}

/** Source: openai-openapi `ChatCompletionMessageToolCall`: arguments are JSON as a string. */
function toolCall(saying: Saying, call: ToolPart): Record<string, unknown> {
  return {
    id: callId(call),
    type: 'function',
    function: { name: call.name, arguments: call.tokens.join('') },
    ...thoughtSignature(saying, call),
  };
}

/** The id of a call, with the prefix that OpenAI's have. */
export function callId(call: ToolPart): string {
  return `call_${call.id}`;
}

/** Source: https://ai.google.dev/gemini-api/docs/openai#thought-signatures: `extra_content.google.thought_signature` beside `function`. */
export function thoughtSignature(saying: Saying, call: ToolPart): Record<string, unknown> {
  if (!saying.script.words.has('signed')) return {};
  return {
    extra_content: { google: { thought_signature: saying.signer.sign('openai-google', call.name, saying.nonce) } },
  };
}

/** Source: openai-openapi `ChatCompletionResponseMessage.annotations` (`url_citation`). */
export function citations(text: string): unknown[] {
  return [
    {
      type: 'url_citation',
      url_citation: { start_index: 0, end_index: text.length, title: 'A source', url: 'https://example.com/source' },
    },
  ];
}
