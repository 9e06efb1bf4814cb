import {
  ApiError,
  type Content,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai';
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

const tools = [
  { functionDeclarations: [{ name: TOOL.name, description: TOOL.description, parametersJsonSchema: TOOL.parameters }] },
];

/** `@google/genai`, with its defaults. */
export function googleClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY }: { readonly key?: string } = {}) =>
    new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  return {
    format: 'gemini',
    ask: async (question) => told(await complete(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: async (question) => {
      const config = { responseMimeType: 'application/json', responseJsonSchema: CITY_SCHEMA };
      return JSON.parse(told(await complete(clientOf(), question, [user(question)], config)).text);
    },
    knows: (error, status) => error instanceof ApiError && error.status === status,
    countTokens: async (model, contents) =>
      (await clientOf().models.countTokens({ model, contents })).totalTokens ?? Number.NaN,
    embed: async (model, input) => {
      const { embeddings = [] } = await clientOf().models.embedContent({ model, contents: [...input] });
      return embeddings.map(({ values = [] }) => values);
    },
    models: async () => {
      const names: string[] = [];
      for await (const { name = '' } of await clientOf().models.list()) {
        names.push(((await clientOf().models.get({ model: name })).name ?? '').replace(/^models\//, ''));
      }
      return names;
    },
  };
}

async function complete(
  google: GoogleGenAI,
  question: Question,
  contents: Content[],
  more: GenerateContentConfig = {},
): Promise<GenerateContentResponse[]> {
  const { model, stream, signal, onText = () => {} } = question;
  const thinkingConfig = { includeThoughts: true, thinkingBudget: REASONING_BUDGET };
  const config = {
    maxOutputTokens: MAX_TOKENS,
    ...(question.reasoning ? { thinkingConfig } : {}),
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...more,
  };
  if (!stream) return [await google.models.generateContent({ model, contents, config })];
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await google.models.generateContentStream({ model, contents, config })) {
    chunks.push(chunk);
    if ((chunk.text ?? '') !== '') onText();
  }
  if (!chunks.some((chunk) => chunk.candidates?.[0]?.finishReason !== undefined))
    throw new Error('the stream has no finish reason');
  return chunks;
}

const partsOf = (chunks: readonly GenerateContentResponse[]) =>
  chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);

function told(chunks: readonly GenerateContentResponse[]): Told {
  const parts = partsOf(chunks);
  const thoughts = parts.filter((part) => part.thought === true).map((part) => part.text ?? '');
  const usage = chunks.at(-1)?.usageMetadata;
  const spoken = parts.filter((part) => part.thought !== true && (part.text ?? '') !== '');
  return {
    text: spoken.map((part) => part.text).join(''),
    pieces: spoken.length,
    reasoning: thoughts.length === 0 ? undefined : thoughts.join(''),
    usage: usage && {
      input: usage.promptTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    },
  };
}

function user({ prompt, image }: Question): Content {
  const media = image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }];
  return { role: 'user', parts: [...media, { text: prompt }] };
}

async function useTool(google: GoogleGenAI, question: Question): Promise<ToolTurns> {
  const parts = partsOf(await complete(google, question, [user(question)], { tools }));
  const call = parts.find((part) => part.functionCall !== undefined)?.functionCall;
  if (call?.name === undefined) throw new Error('no function call');
  const functionResponse = {
    ...(call.id === undefined ? {} : { id: call.id }),
    name: call.name,
    response: { output: TOOL_RESULT },
  };
  const turn: Content[] = [user(question), { role: 'model', parts }, { role: 'user', parts: [{ functionResponse }] }];
  return { name: call.name, input: call.args, answer: told(await complete(google, question, turn, { tools })).text };
}
