import OpenAI from 'openai';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';
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

const tools = [{ type: 'function' as const, ...TOOL, strict: true }];
/** `openai` with its responses: `create`, `stream` and `parse`. */
export function responsesClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY }: { readonly key?: string } = {}) =>
    new OpenAI({ apiKey: key, baseURL: `${url}/v1` });
  return {
    format: 'openai-responses',
    ask: async (question) => told(await respond(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: (question) => structured(clientOf(), question),
    knows: knowsError,
    countTokens: async (model, prompt) =>
      (await clientOf().responses.inputTokens.count({ model, input: prompt })).input_tokens,
  };
}

interface Responded {
  readonly response: Response;
  readonly pieces: number;
}

type More = Pick<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'tools' | 'text'>;

async function respond(
  openai: OpenAI,
  question: Question,
  input: ResponseInputItem[],
  more: More = {},
): Promise<Responded> {
  const { model, stream, signal, onText = () => {} } = question;
  const reasoning = question.reasoning ? { reasoning: { effort: 'low' as const, summary: 'auto' as const } } : {};
  const body = { model, input, store: false, ...reasoning, ...more };
  const options = signal === undefined ? {} : { signal };
  if (!stream) return { response: await openai.responses.create(body, options), pieces: 1 };
  let pieces = 0;
  const streaming = openai.responses.stream(body, options);
  streaming.on('response.output_text.delta', () => {
    pieces += 1;
    onText();
  });
  return { response: await streaming.finalResponse(), pieces };
}

function told({ response, pieces }: Responded): Told {
  const { output, usage } = response;
  const summaries = output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : []));
  const texts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  return {
    text: texts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    pieces,
    reasoning: summaries.length === 0 ? undefined : summaries.join('\n\n'),
    usage: usage && { input: usage.input_tokens, output: usage.output_tokens },
  };
}

function user({ prompt, image }: Question): ResponseInputItem {
  if (image === undefined) return { role: 'user', content: prompt };
  return {
    role: 'user',
    content: [
      { type: 'input_text', text: prompt },
      { type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' },
    ],
  };
}

/** `parse` gives the value itself; of a stream the client has the parsed response as well. */
async function structured(openai: OpenAI, question: Question): Promise<unknown> {
  const text = { format: { type: 'json_schema' as const, name: 'city', strict: true, schema: CITY_SCHEMA } };
  const { model, stream } = question;
  const body = { model, input: [user(question)], store: false, text };
  const response = stream ? await openai.responses.stream(body).finalResponse() : await openai.responses.parse(body);
  return response.output_parsed ?? JSON.parse(response.output_text);
}

async function useTool(openai: OpenAI, question: Question): Promise<ToolTurns> {
  const { response } = await respond(openai, question, [user(question)], { tools });
  const call = response.output.find((item) => item.type === 'function_call');
  if (call === undefined) throw new Error('no tool call');
  // As the guide does it: all of the output, then what came of the calls.
  const turn: ResponseInputItem[] = [
    user(question),
    ...(response.output as ResponseInputItem[]).map(withoutParsed),
    { type: 'function_call_output', call_id: call.call_id, output: TOOL_RESULT },
  ];
  const second = await respond(openai, question, turn, { tools });
  return { name: call.name, input: JSON.parse(call.arguments), answer: told(second).text };
}

/** What the SDK's stream helper puts into the items for its user is no part of the API. */
function withoutParsed(item: ResponseInputItem): ResponseInputItem {
  return JSON.parse(
    JSON.stringify(item, (name, value) => (name === 'parsed' || name === 'parsed_arguments' ? undefined : value)),
  );
}
