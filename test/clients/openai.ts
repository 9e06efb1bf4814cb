import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
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
import { knowsError } from './openai-errors.ts';

const tools = [{ type: 'function' as const, function: { ...TOOL, strict: true } }];
/** `openai`, with its defaults: it repeats what fails, unless `x-should-retry` tells it not to. */
export function openaiClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY }: { readonly key?: string } = {}) =>
    new OpenAI({ apiKey: key, baseURL: `${url}/v1` });
  return {
    format: 'openai-chat',
    ask: async (question) => told(await complete(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: async (question) => {
      const json_schema = { name: 'city', strict: true, schema: CITY_SCHEMA };
      const { completion } = await complete(clientOf(), question, [user(question)], {
        response_format: { type: 'json_schema', json_schema },
      });
      return JSON.parse(completion.choices[0]?.message.content ?? '');
    },
    knows: knowsError,
    models: async () => {
      const ids: string[] = [];
      for await (const model of clientOf().models.list()) ids.push((await clientOf().models.retrieve(model.id)).id);
      return ids;
    },
    embed: async (model, input) =>
      (await clientOf().embeddings.create({ model, input: [...input] })).data.map(({ embedding }) => embedding),
  };
}

interface Completed {
  readonly completion: ChatCompletion;
  readonly pieces: number;
  /** Not part of the vendor's own API, so that the SDK has no place for it: read from the chunks. */
  readonly reasoning: string | undefined;
}

/** What the SDK passes through untyped. */
interface Extended {
  readonly reasoning_content?: string;
}

async function complete(
  openai: OpenAI,
  question: Question,
  messages: ChatCompletionMessageParam[],
  more: Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'tools' | 'response_format'> = {},
): Promise<Completed> {
  const { model, stream, signal, onText = () => {} } = question;
  const body = { model, messages, ...(question.reasoning ? { reasoning_effort: 'low' as const } : {}), ...more };
  const options = signal === undefined ? {} : { signal };
  if (!stream) {
    const completion = await openai.chat.completions.create(body, options);
    return {
      completion,
      pieces: 1,
      reasoning: (completion.choices[0]?.message as Extended | undefined)?.reasoning_content,
    };
  }
  let [pieces, reasoning] = [0, ''];
  const streaming = openai.chat.completions.stream({ ...body, stream_options: { include_usage: true } }, options);
  streaming.on('content', () => {
    pieces += 1;
    onText();
  });
  streaming.on('chunk', ({ choices }) => {
    reasoning += (choices[0]?.delta as Extended | undefined)?.reasoning_content ?? '';
  });
  return {
    completion: await streaming.finalChatCompletion(),
    pieces,
    reasoning: reasoning === '' ? undefined : reasoning,
  };
}

function told({ completion: { choices, usage }, pieces, reasoning }: Completed): Told {
  return {
    text: choices[0]?.message.content ?? '',
    pieces,
    reasoning,
    usage: usage && { input: usage.prompt_tokens, output: usage.completion_tokens },
  };
}

function user({ prompt, image }: Question): ChatCompletionMessageParam {
  if (image === undefined) return { role: 'user', content: prompt };
  const image_url = { url: `data:image/png;base64,${image}` };
  return {
    role: 'user',
    content: [
      { type: 'text', text: prompt },
      { type: 'image_url', image_url },
    ],
  };
}

async function useTool(openai: OpenAI, question: Question): Promise<ToolTurns> {
  const { completion } = await complete(openai, question, [user(question)], { tools });
  const call = completion.choices[0]?.message.tool_calls?.[0];
  if (completion.choices[0]?.finish_reason !== 'tool_calls' || call?.type !== 'function')
    throw new Error('no tool call');
  // Only what every framework keeps: role, content and the calls.
  const turn: ChatCompletionMessageParam[] = [
    user(question),
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: call.id, type: 'function', function: { name: call.function.name, arguments: call.function.arguments } },
      ],
    },
    { role: 'tool', tool_call_id: call.id, content: TOOL_RESULT },
  ];
  const second = await complete(openai, question, turn, { tools });
  return { name: call.function.name, input: JSON.parse(call.function.arguments), answer: told(second).text };
}
