import { type ChatResponse, type Message, Ollama } from 'ollama';
import {
  CITY_SCHEMA,
  CLIENTS_KEY,
  type Client,
  MAX_TOKENS,
  type Question,
  TOOL,
  TOOL_RESULT,
  type Told,
  type ToolTurns,
} from './client.ts';

const tools = [{ type: 'function', function: TOOL }];

/** `ollama`, the vendor's own client. It repeats nothing. */
export function ollamaClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY, signal }: { readonly key?: string; readonly signal?: AbortSignal } = {}) =>
    new Ollama({
      host: url,
      headers: { authorization: `Bearer ${key}` },
      fetch: (input, init) => fetch(input, signal === undefined ? init : { ...init, signal }),
    });
  return {
    format: 'ollama',
    ask: async (question) => told(await chat(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: async (question) => {
      const { message } = (await chat(clientOf(), question, [user(question)], { format: CITY_SCHEMA })).response;
      return JSON.parse(message.content);
    },
    knows: (error, status) =>
      error instanceof Error &&
      error.name === 'ResponseError' &&
      'status_code' in error &&
      error.status_code === status,
    models: async () => {
      const { models } = await clientOf().list();
      for (const { name } of models) await clientOf().show({ model: name });
      return models.map(({ name }) => name);
    },
  };
}

interface Chatted {
  readonly response: ChatResponse;
  readonly pieces: number;
}

async function chat(
  ollama: Ollama,
  question: Question,
  messages: Message[],
  more: { tools?: typeof tools; format?: object } = {},
): Promise<Chatted> {
  const { model, stream, onText = () => {} } = question;
  const think = question.reasoning === true ? { think: true } : {};
  const body = { model, messages, options: { num_predict: MAX_TOKENS }, ...think, ...more };
  if (!stream) return { response: await ollama.chat({ ...body, stream: false }), pieces: 1 };
  let pieces = 0;
  let response: ChatResponse | undefined;
  const message: Message = { role: 'assistant', content: '' };
  for await (const line of await ollama.chat({ ...body, stream: true })) {
    const { content, thinking, tool_calls } = line.message;
    if (content !== '') {
      pieces += 1;
      onText();
    }
    message.content += content;
    if (thinking !== undefined) message.thinking = (message.thinking ?? '') + thinking;
    if (tool_calls !== undefined) message.tool_calls = [...(message.tool_calls ?? []), ...tool_calls];
    response = { ...line, message };
  }
  if (response?.done !== true) throw new Error('the stream did not end');
  return { response, pieces };
}

const told = ({ response, pieces }: Chatted): Told => ({
  text: response.message.content,
  pieces,
  reasoning: response.message.thinking,
  usage: { input: response.prompt_eval_count, output: response.eval_count },
});

const user = ({ prompt, image }: Question): Message => ({
  role: 'user',
  content: prompt,
  ...(image === undefined ? {} : { images: [image] }),
});

async function useTool(ollama: Ollama, question: Question): Promise<ToolTurns> {
  const { response } = await chat(ollama, question, [user(question)], { tools });
  const [call] = response.message.tool_calls ?? [];
  if (call === undefined) throw new Error('no tool call');
  const result: Message = { role: 'tool', content: TOOL_RESULT, tool_name: call.function.name };
  const second = await chat(ollama, question, [user(question), response.message, result], { tools });
  return { name: call.function.name, input: call.function.arguments, answer: second.response.message.content };
}
