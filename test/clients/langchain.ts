import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import OpenAI from 'openai';
import {
  CITY_SCHEMA,
  CLIENTS_KEY,
  type Client,
  type Question,
  TOOL,
  TOOL_RESULT,
  type Told,
  type ToolTurns,
} from './client.ts';

const tools = [{ type: 'function' as const, function: TOOL }];

/** `@langchain/openai`. It repeats by its own rule, which looks at the status alone, so its retries are off here. */
export function langchainClient(url: string): Client {
  return {
    format: 'openai-chat',
    ask: async (question) => told(await complete(model(url, question), question, [user(question)])),
    useTool: (question) => useTool(url, question),
    structured: (question) => structured(url, question),
    knows: (error, status) => error instanceof OpenAI.APIError && error.status === status,
    embed: (name, input) =>
      new OpenAIEmbeddings({ model: name, maxRetries: 0, ...connection(url) }).embedDocuments([...input]),
  };
}

const connection = (url: string, apiKey = CLIENTS_KEY) => ({ apiKey, configuration: { baseURL: `${url}/v1` } });

function model(url: string, { model: name, key, reasoning }: Question): ChatOpenAI {
  return new ChatOpenAI({
    model: name,
    maxRetries: 0,
    streamUsage: true,
    useResponsesApi: false,
    ...(reasoning ? { modelKwargs: { reasoning_effort: 'low' } } : {}),
    ...connection(url, key),
  });
}

interface Completed {
  readonly message: AIMessage;
  readonly pieces: number;
}

interface Runnable {
  invoke(input: BaseMessage[], options: object): Promise<AIMessage>;
  stream(input: BaseMessage[], options: object): Promise<AsyncIterable<AIMessageChunk>>;
}

async function complete(
  runnable: Runnable,
  { stream, signal, onText = () => {} }: Question,
  messages: BaseMessage[],
): Promise<Completed> {
  const options = signal === undefined ? {} : { signal };
  if (!stream) return { message: await runnable.invoke(messages, options), pieces: 1 };
  let whole: AIMessageChunk | undefined;
  let pieces = 0;
  for await (const chunk of await runnable.stream(messages, options)) {
    whole = whole === undefined ? chunk : whole.concat(chunk);
    if (chunk.text === '') continue;
    pieces += 1;
    onText();
  }
  if (whole === undefined) throw new Error('the stream was empty');
  return { message: whole, pieces };
}

function told({ message, pieces }: Completed): Told {
  const { reasoning_content: reasoning } = message.additional_kwargs;
  const usage = message.usage_metadata as UsageMetadata | undefined;
  return {
    text: message.text,
    pieces,
    reasoning: typeof reasoning === 'string' ? reasoning : undefined,
    usage: usage && { input: usage.input_tokens, output: usage.output_tokens },
  };
}

function user({ prompt, image }: Question): HumanMessage {
  if (image === undefined) return new HumanMessage(prompt);
  const image_url = { url: `data:image/png;base64,${image}` };
  return new HumanMessage({
    content: [
      { type: 'text', text: prompt },
      { type: 'image_url', image_url },
    ],
  });
}

async function useTool(url: string, question: Question): Promise<ToolTurns> {
  const bound = model(url, question).bindTools(tools);
  const { message } = await complete(bound, question, [user(question)]);
  const call = message.tool_calls?.[0];
  if (call === undefined) throw new Error('no tool call');
  const result = new ToolMessage({ tool_call_id: call.id ?? '', content: TOOL_RESULT });
  const { message: second } = await complete(bound, question, [user(question), message, result]);
  return { name: call.name, input: call.args, answer: second.text };
}

async function structured(url: string, question: Question): Promise<unknown> {
  const runnable = model(url, question).withStructuredOutput(CITY_SCHEMA, { method: 'jsonSchema', name: 'city' });
  if (!question.stream) return runnable.invoke([user(question)]);
  let last: unknown;
  for await (const partial of await runnable.stream([user(question)])) last = partial;
  return last;
}
