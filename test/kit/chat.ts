import type { ChatFormat } from './formats.ts';

/** A request as a client of some format sends it. */
export interface ChatCall {
  /** Below the mount. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a chat is about. */
export interface ChatTopic {
  readonly model: string;
  readonly stream?: boolean;
  readonly prompt?: string;
  /** Offer a tool `look_up({ word })`. */
  readonly tools?: boolean;
  /** Further top-level members of the body. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The prompt of every chat that names none. */
const PROMPT = 'Hello there';
const JSON_HEADERS = { 'content-type': 'application/json' };
const PARAMETERS = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
const DESCRIPTION = 'Looks a word up.';

/** A chat in each format. */
export const CHATS: Readonly<Record<ChatFormat, (topic: ChatTopic) => ChatCall>> = {
  'openai-chat': ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: '/v1/chat/completions',
    headers: JSON_HEADERS,
    body: {
      model,
      messages: [{ role: 'user', content: prompt }],
      ...(stream ? { stream } : {}),
      ...(tools
        ? {
            tools: [
              { type: 'function', function: { name: 'look_up', description: DESCRIPTION, parameters: PARAMETERS } },
            ],
          }
        : {}),
      ...more,
    },
  }),
  'anthropic-messages': ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: '/v1/messages',
    headers: { ...JSON_HEADERS, 'anthropic-version': '2023-06-01' },
    body: {
      model,
      max_tokens: 1000,
      messages: [{ role: 'user', content: prompt }],
      ...(stream ? { stream } : {}),
      ...(tools ? { tools: [{ name: 'look_up', description: DESCRIPTION, input_schema: PARAMETERS }] } : {}),
      ...more,
    },
  }),
  ollama: ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: '/api/chat',
    headers: JSON_HEADERS,
    body: {
      model,
      messages: [{ role: 'user', content: prompt }],
      stream,
      ...(tools
        ? {
            tools: [
              { type: 'function', function: { name: 'look_up', description: DESCRIPTION, parameters: PARAMETERS } },
            ],
          }
        : {}),
      ...more,
    },
  }),
  'openai-responses': ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: '/v1/responses',
    headers: JSON_HEADERS,
    body: {
      model,
      input: prompt,
      ...(stream ? { stream } : {}),
      ...(tools
        ? { tools: [{ type: 'function', name: 'look_up', description: DESCRIPTION, parameters: PARAMETERS }] }
        : {}),
      ...more,
    },
  }),
  gemini: ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: JSON_HEADERS,
    body: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      ...(tools
        ? {
            tools: [
              {
                functionDeclarations: [{ name: 'look_up', description: DESCRIPTION, parametersJsonSchema: PARAMETERS }],
              },
            ],
          }
        : {}),
      ...more,
    },
  }),
  cohere: ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: '/v2/chat',
    headers: JSON_HEADERS,
    body: {
      model,
      messages: [{ role: 'user', content: prompt }],
      ...(stream ? { stream } : {}),
      ...(tools
        ? {
            tools: [
              { type: 'function', function: { name: 'look_up', description: DESCRIPTION, parameters: PARAMETERS } },
            ],
          }
        : {}),
      ...more,
    },
  }),
  'bedrock-converse': ({ model, stream = false, prompt = PROMPT, tools = false, more = {} }) => ({
    path: `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
    headers: JSON_HEADERS,
    body: {
      messages: [{ role: 'user', content: [{ text: prompt }] }],
      ...(tools
        ? {
            toolConfig: {
              tools: [{ toolSpec: { name: 'look_up', description: DESCRIPTION, inputSchema: { json: PARAMETERS } } }],
            },
          }
        : {}),
      ...more,
    },
  }),
};

/** A chat over the wire. */
export function post(url: string, { path, headers, body }: ChatCall, more: RequestInit = {}): Promise<Response> {
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body), ...more });
}
