import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';

/** Reads a Responses request. Source: openai-openapi `CreateResponse`; https://platform.openai.com/docs/api-reference/responses/create. */
export function readResponses(received: Received, operation: SimOperation): Ask {
  const body = asObject(received.body) ?? {};
  const items = itemsOf(body.input);
  const last = items.at(-1);
  const lastUser = items.findLastIndex((item) => item.role === 'user');
  const reasoning = asObject(body.reasoning);
  return {
    model: received.model,
    stream: operation === 'chat' && body.stream === true,
    lastText: isResult(last) ? contentText(last?.output) : contentText(items[lastUser]?.content),
    endsWithToolResult: isResult(last),
    prefill: last?.role === 'assistant' ? contentText(last.content) : undefined,
    toolRounds: rounds(items.slice(lastUser + 1)),
    tools: objectsOf(body.tools).map((tool) => ({ name: asText(tool.name) ?? '', schema: tool.parameters })),
    toolChoice: toolChoice(body.tool_choice),
    parallelTools: body.parallel_tool_calls !== false,
    maxTokens: asNumber(body.max_output_tokens),
    stop: [],
    choices: 1,
    json: jsonWanted(asObject(asObject(body.text)?.format)),
    reasoning: reasoningWanted(reasoning),
    images: false,
    paysRefusals: true,
    promptTokens: promptTokens(items, body),
  };
}

/** The items of an input; a text is the message of a user. */
export function itemsOf(input: unknown): readonly JsonObject[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : objectsOf(input);
}

/** Is it what came of a call? */
export function isResult(item: JsonObject | undefined): boolean {
  return item?.type === 'function_call_output' || item?.type === 'custom_tool_call_output';
}

/** Turns with calls: a run of calls is one. */
function rounds(items: readonly JsonObject[]): number {
  const isCall = (item: JsonObject | undefined): boolean => item?.type === 'function_call';
  return items.filter((item, index) => isCall(item) && !isCall(items[index - 1])).length;
}

/** The text of a list of content. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => asText(part.text) ?? '')
    .join('');
}

function promptTokens(items: readonly JsonObject[], body: JsonObject): number {
  const said = items.map((item) => {
    const media = objectsOf(item.content).filter((part) => asText(part.type)?.match(/image|file/)).length;
    const text = contentText(item.content) + contentText(item.output) + (asText(item.arguments) ?? '');
    return MESSAGE_TOKENS + countTokens(text) + media * MEDIA_TOKENS;
  });
  const around = countTokens(asText(body.instructions) ?? '') + countJsonTokens(asList(body.tools));
  return said.reduce((sum, count) => sum + count, around);
}

function toolChoice(choice: unknown): Ask['toolChoice'] {
  const named = asObject(choice);
  const name = named?.type === 'function' ? asText(named.name) : undefined;
  if (name !== undefined) return { name };
  return choice === 'none' || choice === 'required' ? choice : 'auto';
}

function jsonWanted(format: JsonObject | undefined): Ask['json'] {
  if (format?.type === 'json_schema') return { schema: format.schema };
  return format?.type === 'json_object' ? { schema: undefined } : undefined;
}

/** A summary is shown only where it is asked for. Source: https://platform.openai.com/docs/guides/reasoning#reasoning-summaries. */
function reasoningWanted(reasoning: JsonObject | undefined): Ask['reasoning'] {
  if (reasoning === undefined || reasoning.effort === 'none') return 'off';
  if (typeof reasoning.summary === 'string') return 'shown';
  return typeof reasoning.effort === 'string' ? 'hidden' : 'off';
}
