import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';
import { functionTools, turnsOf } from '../turns.ts';

/** Reads a chat, embed or rerank request. Source: https://docs.cohere.com/reference/chat, /reference/embed, /reference/rerank */
export function readCohere(received: Received, operation: SimOperation): Ask {
  const body = asObject(received.body) ?? {};
  const messages = objectsOf(body.messages);
  return {
    model: received.model,
    stream: operation === 'chat' && body.stream === true,
    ...turnsOf(messages, contentText),
    tools: functionTools(body.tools),
    toolChoice: body.tool_choice === 'NONE' ? 'none' : body.tool_choice === 'REQUIRED' ? 'required' : 'auto',
    parallelTools: true,
    maxTokens: asNumber(body.max_tokens),
    stop: (asList(body.stop_sequences) ?? []).flatMap((one) => asText(one) ?? []),
    choices: 1,
    json: jsonWanted(asObject(body.response_format)),
    reasoning: asObject(body.thinking)?.type === 'enabled' ? 'shown' : 'off',
    images: false,
    paysRefusals: true,
    promptTokens: operation === 'chat' ? promptTokens(messages, body) : wordsOf(body),
  };
}

/** The text of a message: of a list its texts, and the data of its documents. */
function contentText(message: JsonObject | undefined): string {
  if (typeof message?.content === 'string') return message.content;
  return objectsOf(message?.content).map(blockText).join('');
}

function blockText(block: JsonObject): string {
  const data = asObject(block.document)?.data;
  return asText(block.text) ?? (data === undefined ? '' : JSON.stringify(data));
}

function promptTokens(messages: readonly JsonObject[], body: JsonObject): number {
  const said = messages.map((message) => {
    const media = objectsOf(message.content).filter((block) => block.type === 'image_url').length;
    return (
      MESSAGE_TOKENS + countTokens(contentText(message)) + countJsonTokens(message.tool_calls) + media * MEDIA_TOKENS
    );
  });
  return said.reduce((sum, count) => sum + count, countJsonTokens(body.tools) + countJsonTokens(body.documents));
}

/** Tokens of texts to embed, or of a query and its documents. */
function wordsOf(body: JsonObject): number {
  const texts = [body.query, ...(asList(body.texts) ?? []), ...(asList(body.documents) ?? [])];
  return texts.reduce<number>((sum, text) => sum + countTokens(asText(text) ?? ''), 0);
}

function jsonWanted(format: JsonObject | undefined): Ask['json'] {
  return format?.type === 'json_object' ? { schema: format.json_schema } : undefined;
}
