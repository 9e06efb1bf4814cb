import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf, parseJson } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';

/** The conversation of a request; a count has it inside. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
export function bodyOf(received: Received, operation: SimOperation): JsonObject {
  const body = asObject(received.body) ?? {};
  return operation === 'count-tokens' ? (asObject(asObject(body.input)?.converse) ?? {}) : body;
}

/** Reads a Converse request. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function readBedrock(received: Received, operation: SimOperation): Ask {
  const body = bodyOf(received, operation);
  const messages = objectsOf(body.messages);
  const lastUser = messages.findLast((message) => message.role === 'user');
  const results = blocksOf(messages.at(-1)).filter((block) => block.toolResult !== undefined);
  const config = asObject(body.toolConfig);
  const inference = asObject(body.inferenceConfig);
  return {
    model: received.model,
    stream: received.path.endsWith('/converse-stream'),
    lastText: results.length > 0 ? results.map(blockText).join('') : blocksOf(lastUser).map(blockText).join(''),
    endsWithToolResult: results.length > 0,
    prefill: messages.at(-1)?.role === 'assistant' ? blocksOf(messages.at(-1)).map(blockText).join('') : undefined,
    toolRounds: messages
      .slice(messages.findLastIndex(isSaidByUser) + 1)
      .filter((message) => blocksOf(message).some((block) => block.toolUse !== undefined)).length,
    tools: objectsOf(config?.tools).flatMap((tool) => {
      const spec = asObject(tool.toolSpec);
      return spec === undefined ? [] : [{ name: asText(spec.name) ?? '', schema: asObject(spec.inputSchema)?.json }];
    }),
    toolChoice: choiceOf(asObject(config?.toolChoice)),
    parallelTools: true,
    maxTokens: asNumber(inference?.maxTokens),
    stop: (asList(inference?.stopSequences) ?? []).flatMap((one) => asText(one) ?? []),
    choices: 1,
    json: jsonWanted(body),
    reasoning: isThinking(body) ? 'shown' : 'off',
    images: false,
    paysRefusals: true,
    promptTokens: promptTokens(messages, body),
  };
}

function choiceOf(choice: JsonObject | undefined): Ask['toolChoice'] {
  const tool = asObject(choice?.tool);
  if (tool !== undefined) return { name: asText(tool.name) ?? '' };
  return choice?.any === undefined ? 'auto' : 'required';
}

/** Is Claude's extended thinking on? Source: https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
export function isThinking(body: JsonObject): boolean {
  const type = asObject(asObject(body.additionalModelRequestFields)?.thinking)?.type;
  return type === 'enabled' || type === 'adaptive';
}

/** The blocks of a message. */
export const blocksOf = (message: JsonObject | undefined): readonly JsonObject[] => objectsOf(message?.content);

/** A user message that is not only tool results. */
function isSaidByUser(message: JsonObject): boolean {
  return message.role === 'user' && blocksOf(message).some((block) => block.toolResult === undefined);
}

function blockText(block: JsonObject): string {
  const result = asObject(block.toolResult);
  if (result !== undefined) return objectsOf(result.content).map(pieceText).join('');
  return asText(block.text) ?? asText(asObject(asObject(block.guardContent)?.text)?.text) ?? '';
}

const pieceText = (piece: JsonObject): string =>
  asText(piece.text) ?? (piece.json === undefined ? '' : JSON.stringify(piece.json));

/** The schema is given as a JSON text. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_JsonSchemaDefinition.html */
function jsonWanted(body: JsonObject): Ask['json'] {
  const format = asObject(asObject(body.outputConfig)?.textFormat);
  const schema = asText(asObject(asObject(format?.structure)?.jsonSchema)?.schema);
  return schema === undefined ? undefined : { schema: parseJson(schema) };
}

function promptTokens(messages: readonly JsonObject[], body: JsonObject): number {
  const system = objectsOf(body.system).reduce((sum, block) => sum + countTokens(blockText(block)), 0);
  const said = messages.flatMap((message) => blocksOf(message).map(blockTokens));
  const tools = objectsOf(asObject(body.toolConfig)?.tools).filter((tool) => tool.cachePoint === undefined);
  const told = tools.length === 0 ? 0 : countJsonTokens(tools);
  return said.reduce((sum, count) => sum + count, system + told + messages.length * MESSAGE_TOKENS);
}

const MEDIA = ['image', 'document', 'video', 'audio'];

function blockTokens(block: JsonObject): number {
  const inside = objectsOf(asObject(block.toolResult)?.content);
  const media = [block, ...inside].filter((one) => MEDIA.some((kind) => one[kind] !== undefined)).length;
  const thought = asObject(asObject(block.reasoningContent)?.reasoningText);
  return (
    countTokens(blockText(block)) +
    countJsonTokens(asObject(block.toolUse)?.input) +
    countTokens(asText(thought?.text) ?? '') +
    media * MEDIA_TOKENS
  );
}
