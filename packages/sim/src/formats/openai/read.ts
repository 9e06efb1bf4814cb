import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';
import { functionTools, turnsOf } from '../turns.ts';

/**
 * Reads a chat completion or embeddings request.
 * Source: openai-openapi `CreateChatCompletionRequest`, `CreateEmbeddingRequest` (github.com/openai/openai-openapi, openapi.yaml).
 */
export function readOpenAi(received: Received, operation: SimOperation): Ask {
  const body = asObject(received.body) ?? {};
  const messages = objectsOf(body.messages);
  return {
    model: received.model,
    stream: operation === 'chat' && body.stream === true,
    ...turnsOf(messages, contentText),
    tools: functionTools(body.tools),
    toolChoice: toolChoice(body.tool_choice),
    parallelTools: body.parallel_tool_calls !== false,
    maxTokens: asNumber(body.max_completion_tokens) ?? asNumber(body.max_tokens),
    stop: typeof body.stop === 'string' ? [body.stop] : (asList(body.stop) ?? []).flatMap((one) => asText(one) ?? []),
    choices: asNumber(body.n) ?? 1,
    json: jsonWanted(asObject(body.response_format)),
    // The chat completions endpoint bills reasoning and never shows it.
    reasoning:
      body.reasoning_effort === undefined || body.reasoning_effort === null || body.reasoning_effort === 'none'
        ? 'off'
        : 'hidden',
    images: false,
    paysRefusals: true,
    promptTokens: operation === 'embeddings' ? inputTokens(body.input) : promptTokens(messages, body),
  };
}

/** The text of a message; of a list of parts, its text parts. */
export function contentText(message: JsonObject | undefined): string {
  if (typeof message?.content === 'string') return message.content;
  return objectsOf(message?.content)
    .map((part) => asText(part.text) ?? '')
    .join('');
}

function promptTokens(messages: readonly JsonObject[], body: JsonObject): number {
  const said = messages.map((message) => {
    const media = objectsOf(message.content).filter((part) => part.type !== 'text').length;
    return (
      MESSAGE_TOKENS + countTokens(contentText(message)) + countJsonTokens(message.tool_calls) + media * MEDIA_TOKENS
    );
  });
  return said.reduce((sum, count) => sum + count, countJsonTokens(body.tools));
}

/** Input may be a text, texts, token numbers, or lists of token numbers. */
function inputTokens(input: unknown): number {
  return inputsOf(input).reduce((sum, one) => sum + (typeof one === 'string' ? countTokens(one) : one.length), 0);
}

/** The separate inputs of an embeddings request. */
export function inputsOf(input: unknown): readonly (string | readonly unknown[])[] {
  if (typeof input === 'string') return [input];
  const list = asList(input) ?? [];
  if (list.every((one) => typeof one === 'number')) return [list];
  return list.map((one) => asText(one) ?? asList(one) ?? '');
}

function toolChoice(choice: unknown): Ask['toolChoice'] {
  const name = asText(asObject(asObject(choice)?.function)?.name);
  if (name !== undefined) return { name };
  return choice === 'none' || choice === 'required' ? choice : 'auto';
}

function jsonWanted(format: JsonObject | undefined): Ask['json'] {
  if (format?.type === 'json_schema') return { schema: asObject(format.json_schema)?.schema };
  return format?.type === 'json_object' ? { schema: undefined } : undefined;
}
