import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';
import { functionTools, turnsOf } from '../turns.ts';

/** Is it a call of `/api/generate`? */
export const isGenerate = (received: Received): boolean => received.path.endsWith('/generate');

/** Reads a request of `/api/chat`, `/api/generate` or `/api/embed`. Source: https://docs.ollama.com/api, openapi.yaml. */
export function readOllama(received: Received, operation: SimOperation): Ask {
  const body = asObject(received.body) ?? {};
  const options = asObject(body.options);
  const messages = messagesOf(received, body);
  return {
    model: received.model,
    // A request streams unless it says otherwise.
    stream: operation === 'chat' && body.stream !== false,
    ...turnsOf(messages, contentOf),
    tools: functionTools(body.tools),
    toolChoice: 'auto',
    parallelTools: true,
    maxTokens: boundOf(options),
    stop:
      typeof options?.stop === 'string'
        ? [options.stop]
        : (asList(options?.stop) ?? []).flatMap((one) => asText(one) ?? []),
    choices: 1,
    json: jsonWanted(body.format),
    reasoning: body.think === undefined || body.think === null || body.think === false ? 'off' : 'shown',
    images: true,
    paysRefusals: true,
    promptTokens: operation === 'embeddings' ? inputTokens(body.input) : promptTokens(messages, body),
  };
}

/** The prompt of `/api/generate` stands for one message of the user. */
function messagesOf(received: Received, body: JsonObject): readonly JsonObject[] {
  if (!isGenerate(received)) return objectsOf(body.messages);
  const user = { role: 'user', content: body.prompt, images: body.images };
  return asText(body.system) ? [{ role: 'system', content: body.system }, user] : [user];
}

const contentOf = (message: JsonObject | undefined): string => asText(message?.content) ?? '';

/** -1 and -2 are no bounds. Source: https://docs.ollama.com/modelfile (num_predict) */
function boundOf(options: JsonObject | undefined): number | undefined {
  const bound = asNumber(options?.num_predict);
  return bound === undefined || bound < 0 ? undefined : bound;
}

function jsonWanted(format: unknown): Ask['json'] {
  if (format === 'json') return { schema: undefined };
  return asObject(format) === undefined ? undefined : { schema: format };
}

function promptTokens(messages: readonly JsonObject[], body: JsonObject): number {
  const said = messages.map(
    (message) =>
      MESSAGE_TOKENS +
      countTokens(contentOf(message)) +
      countJsonTokens(message.tool_calls) +
      (asList(message.images) ?? []).length * MEDIA_TOKENS,
  );
  return said.reduce((sum, count) => sum + count, countJsonTokens(body.tools));
}

/** The texts of a call of `/api/embed`. */
export const textsOf = (input: unknown): readonly string[] =>
  typeof input === 'string' ? [input] : (asList(input) ?? []).flatMap((one) => asText(one) ?? []);

const inputTokens = (input: unknown): number => textsOf(input).reduce((sum, text) => sum + countTokens(text), 0);
