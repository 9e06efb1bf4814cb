import type { Ask } from '../answer/ask.ts';
import { asList, asObject, asText, type JsonObject, objectsOf } from '../kit/json.ts';

/** How far a conversation is whose turns are told by `role`, with calls as `tool_calls` and results as messages of the role `tool`. */
export function turnsOf(
  messages: readonly JsonObject[],
  textOf: (message: JsonObject | undefined) => string,
): Pick<Ask, 'lastText' | 'endsWithToolResult' | 'toolRounds' | 'prefill'> {
  const last = messages.at(-1);
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  return {
    lastText: textOf(last?.role === 'tool' ? last : messages[lastUser]),
    endsWithToolResult: last?.role === 'tool',
    prefill: last?.role === 'assistant' ? textOf(last) : undefined,
    toolRounds: messages.slice(lastUser + 1).filter((message) => asList(message.tool_calls) !== undefined).length,
  };
}

/** Tools that stand under `function`, each with its schema as `parameters`. */
export const functionTools = (tools: unknown): Ask['tools'] =>
  objectsOf(tools).map((tool) => ({
    name: asText(asObject(tool.function)?.name) ?? '',
    schema: asObject(tool.function)?.parameters,
  }));
