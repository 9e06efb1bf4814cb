import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  embedMany,
  generateText,
  jsonSchema,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  stepCountIs,
  streamText,
  type TextStreamPart,
  type ToolSet,
  tool,
} from 'ai';
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

/** `ai` with `@ai-sdk/openai-compatible`. It repeats by its own rule, which looks at the status alone, so its retries are off here. */
export function vercelClient(url: string): Client {
  return {
    format: 'openai-chat',
    ask: (question) => ask(url, question),
    useTool: (question) => useTool(url, question),
    structured: (question) => structured(url, question),
    knows: (error, status) => APICallError.isInstance(error) && error.statusCode === status,
    embed: async (name, input) =>
      (await embedMany({ model: provider(url).embeddingModel(name), values: [...input], maxRetries: 0 })).embeddings,
  };
}

const provider = (url: string, apiKey = CLIENTS_KEY) =>
  createOpenAICompatible({
    name: 'postern',
    baseURL: `${url}/v1`,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });

function settings(url: string, question: Question) {
  const { model, signal, key } = question;
  return {
    model: provider(url, key).chatModel(model),
    messages: [user(question)],
    maxRetries: 0,
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...(question.reasoning ? { providerOptions: { postern: { reasoningEffort: 'low' } } } : {}),
  };
}

function user({ prompt, image }: Question): ModelMessage {
  const media =
    image === undefined
      ? []
      : [{ type: 'image' as const, image: Buffer.from(image, 'base64'), mediaType: 'image/png' }];
  return { role: 'user', content: [{ type: 'text', text: prompt }, ...media] };
}

async function ask(url: string, question: Question): Promise<Told> {
  if (question.stream) return streamed(streamText({ ...settings(url, question), onError: () => {} }), question);
  const { text, reasoningText, usage } = await generateText(settings(url, question));
  return { text, pieces: 1, reasoning: reasoningText, usage: counts(usage) };
}

async function streamed<Tools extends ToolSet>(
  result: { readonly fullStream: AsyncIterable<TextStreamPart<Tools>> },
  { onText = () => {} }: Question,
): Promise<Told> {
  let [text, reasoning, pieces] = ['', '', 0];
  let usage: Told['usage'];
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new Error('aborted');
    if (part.type === 'reasoning-delta') reasoning += part.text;
    if (part.type === 'finish') usage = counts(part.totalUsage);
    if (part.type !== 'text-delta') continue;
    text += part.text;
    pieces += 1;
    onText();
  }
  return { text, pieces, reasoning: reasoning === '' ? undefined : reasoning, usage };
}

function counts({ inputTokens, outputTokens }: LanguageModelUsage): Told['usage'] {
  return inputTokens === undefined || outputTokens === undefined
    ? undefined
    : { input: inputTokens, output: outputTokens };
}

/** The SDK's own loop: it calls the tool and sends the result back by itself. */
async function useTool(url: string, question: Question): Promise<ToolTurns> {
  const called: unknown[] = [];
  const execute = async (input: unknown) => {
    called.push(input);
    return TOOL_RESULT;
  };
  const tools = {
    [TOOL.name]: tool({ description: TOOL.description, inputSchema: jsonSchema(TOOL.parameters), execute }),
  };
  const all = { ...settings(url, question), tools, stopWhen: stepCountIs(3) };
  const answer = question.stream
    ? (await streamed(streamText({ ...all, onError: () => {} }), question)).text
    : (await generateText(all)).text;
  if (called.length !== 1) throw new Error(`the tool was called ${called.length} times`);
  return { name: TOOL.name, input: called[0], answer };
}

async function structured(url: string, question: Question): Promise<unknown> {
  const output = Output.object({ schema: jsonSchema(CITY_SCHEMA) });
  if (!question.stream) return (await generateText({ ...settings(url, question), output })).output;
  const result = streamText({ ...settings(url, question), output, onError: () => {} });
  await streamed(result, question);
  return result.output;
}
