import Anthropic from '@anthropic-ai/sdk';
import {
  CITY_SCHEMA,
  CLIENTS_KEY,
  type Client,
  MAX_TOKENS,
  type Question,
  REASONING_BUDGET,
  TOOL,
  TOOL_RESULT,
  type Told,
  type ToolTurns,
} from './client.ts';

const tools = [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.parameters }];
const ERRORS: Readonly<Record<number, new (...parts: never[]) => Error>> = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  403: Anthropic.PermissionDeniedError,
  404: Anthropic.NotFoundError,
  429: Anthropic.RateLimitError,
  502: Anthropic.InternalServerError,
};

/** `@anthropic-ai/sdk`, with its defaults: it repeats what fails, unless `x-should-retry` tells it not to. */
export function anthropicClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY }: { readonly key?: string } = {}) =>
    new Anthropic({ apiKey: key, authToken: null, baseURL: url });
  return {
    format: 'anthropic-messages',
    ask: async (question) => told(await complete(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: async (question) => {
      const format = { type: 'json_schema' as const, schema: CITY_SCHEMA };
      return JSON.parse(
        told(await complete(clientOf(), question, [user(question)], { output_config: { format } })).text,
      );
    },
    knows: (error, status) =>
      error instanceof Anthropic.APIError && error.status === status && error.constructor === ERRORS[status],
    countTokens: async (model, prompt) =>
      (await clientOf().messages.countTokens({ model, messages: [{ role: 'user', content: prompt }] })).input_tokens,
    models: async () => {
      const ids: string[] = [];
      for await (const model of clientOf().models.list()) ids.push((await clientOf().models.retrieve(model.id)).id);
      return ids;
    },
  };
}

interface Completed {
  readonly message: Anthropic.Message;
  readonly pieces: number;
}

async function complete(
  anthropic: Anthropic,
  question: Question,
  messages: Anthropic.MessageParam[],
  more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
): Promise<Completed> {
  const { model, stream, signal, onText = () => {} } = question;
  const thinking = question.reasoning
    ? { thinking: { type: 'enabled' as const, budget_tokens: REASONING_BUDGET } }
    : {};
  const body = { model, messages, max_tokens: MAX_TOKENS, ...thinking, ...more };
  const options = signal === undefined ? {} : { signal };
  if (!stream) return { message: await anthropic.messages.create(body, options), pieces: 1 };
  let pieces = 0;
  const streaming = anthropic.messages.stream(body, options).on('text', () => {
    pieces += 1;
    onText();
  });
  return { message: await streaming.finalMessage(), pieces };
}

function told({ message: { content, usage }, pieces }: Completed): Told {
  const thoughts = content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : []));
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    pieces,
    reasoning: thoughts.length === 0 ? undefined : thoughts.join(''),
    usage: { input: usage.input_tokens, output: usage.output_tokens },
  };
}

function user({ prompt, image }: Question): Anthropic.MessageParam {
  if (image === undefined) return { role: 'user', content: prompt };
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data: image };
  return {
    role: 'user',
    content: [
      { type: 'image', source },
      { type: 'text', text: prompt },
    ],
  };
}

async function useTool(anthropic: Anthropic, question: Question): Promise<ToolTurns> {
  const { message } = await complete(anthropic, question, [user(question)], { tools });
  const use = message.content.find((block) => block.type === 'tool_use');
  if (message.stop_reason !== 'tool_use' || use === undefined) throw new Error('no tool use');
  const turn: Anthropic.MessageParam[] = [
    user(question),
    { role: 'assistant', content: message.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: TOOL_RESULT }] },
  ];
  return { name: use.name, input: use.input, answer: told(await complete(anthropic, question, turn, { tools })).text };
}
