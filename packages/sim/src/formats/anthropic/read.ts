import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';

/** Reads a Messages request. Source: anthropic-sdk-typescript src/resources/messages/messages.ts `MessageCreateParamsBase`. */
export function readAnthropic(received: Received, operation: SimOperation): Ask {
  const body = asObject(received.body) ?? {};
  const messages = objectsOf(body.messages);
  const lastUser = messages.findLast((message) => message.role === 'user');
  const results = blocksOf(messages.at(-1)).filter((block) => block.type === 'tool_result');
  const choice = asObject(body.tool_choice);
  return {
    model: received.model,
    stream: operation === 'chat' && body.stream === true,
    lastText: results.length > 0 ? results.map(blockText).join('') : blocksOf(lastUser).map(blockText).join(''),
    endsWithToolResult: results.length > 0,
    prefill: messages.at(-1)?.role === 'assistant' ? blocksOf(messages.at(-1)).map(blockText).join('') : undefined,
    toolRounds: messages
      .slice(messages.findLastIndex(isSaidByUser) + 1)
      .filter((message) => blocksOf(message).some((block) => block.type === 'tool_use')).length,
    tools: objectsOf(body.tools)
      .filter((tool) => tool.type === undefined || tool.type === 'custom')
      .map((tool) => ({ name: asText(tool.name) ?? '', schema: tool.input_schema })),
    toolChoice:
      choice?.type === 'tool'
        ? { name: asText(choice.name) ?? '' }
        : choice?.type === 'any'
          ? 'required'
          : choice?.type === 'none'
            ? 'none'
            : 'auto',
    parallelTools: choice?.disable_parallel_tool_use !== true,
    maxTokens: asNumber(body.max_tokens),
    stop: (asList(body.stop_sequences) ?? []).flatMap((one) => asText(one) ?? []),
    choices: 1,
    json: jsonWanted(body),
    reasoning: isThinking(body) ? 'shown' : 'off',
    images: false,
    paysRefusals: true,
    promptTokens: promptTokens(messages, body),
  };
}

/** Is extended thinking on? Source: `ThinkingConfigParam`. */
export function isThinking(body: JsonObject): boolean {
  const type = asObject(body.thinking)?.type;
  return type === 'enabled' || type === 'adaptive';
}

/** The blocks of a message; a text alone is one block. Source: `MessageParam.content`. */
export function blocksOf(message: JsonObject | undefined): readonly JsonObject[] {
  if (typeof message?.content === 'string') return [{ type: 'text', text: message.content }];
  return objectsOf(message?.content);
}

/** A user message that is not only tool results. */
function isSaidByUser(message: JsonObject): boolean {
  return message.role === 'user' && blocksOf(message).some((block) => block.type !== 'tool_result');
}

function blockText(block: JsonObject): string {
  if (block.type === 'tool_result')
    return typeof block.content === 'string' ? block.content : objectsOf(block.content).map(blockText).join('');
  return asText(block.text) ?? '';
}

function jsonWanted(body: JsonObject): Ask['json'] {
  const format = asObject(asObject(body.output_config)?.format);
  return format?.type === 'json_schema' ? { schema: format.schema } : undefined;
}

function promptTokens(messages: readonly JsonObject[], body: JsonObject): number {
  const system =
    typeof body.system === 'string'
      ? countTokens(body.system)
      : objectsOf(body.system).reduce((sum, block) => sum + countTokens(blockText(block)), 0);
  const said = messages.flatMap((message) => blocksOf(message).map(blockTokens));
  return said.reduce(
    (sum, count) => sum + count,
    system + countJsonTokens(body.tools) + messages.length * MESSAGE_TOKENS,
  );
}

function blockTokens(block: JsonObject): number {
  const media = [block, ...objectsOf(block.content)].filter(
    (one) => one.type === 'image' || one.type === 'document',
  ).length;
  return (
    countTokens(blockText(block)) +
    countJsonTokens(block.input) +
    countTokens(asText(block.thinking) ?? '') +
    media * MEDIA_TOKENS
  );
}
