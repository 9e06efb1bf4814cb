/** A question in the words of each client format: `{ path, headers, body }`. */
const PARAMETERS = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
const LOOK_UP = { name: 'look_up', description: 'Looks a word up.' };
const FUNCTION = { type: 'function', function: { ...LOOK_UP, parameters: PARAMETERS } };
const PROMPT = 'Hello there';
const said = (content) => [{ role: 'user', content }];

const ASKS = {
  'openai-chat': ({ model, prompt, stream, tools }) => ({
    path: '/v1/chat/completions',
    body: { model, messages: said(prompt), stream, ...(tools ? { tools: [FUNCTION] } : {}) },
  }),
  'anthropic-messages': ({ model, prompt, stream, tools }) => ({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model,
      max_tokens: 1_000,
      messages: said(prompt),
      stream,
      ...(tools ? { tools: [{ ...LOOK_UP, input_schema: PARAMETERS }] } : {}),
    },
  }),
  gemini: ({ model, prompt, stream, tools }) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      ...(tools ? { tools: [{ functionDeclarations: [{ ...LOOK_UP, parametersJsonSchema: PARAMETERS }] }] } : {}),
    },
  }),
  'openai-responses': ({ model, prompt, stream, tools }) => ({
    path: '/v1/responses',
    body: {
      model,
      input: prompt,
      stream,
      ...(tools ? { tools: [{ type: 'function', ...LOOK_UP, parameters: PARAMETERS }] } : {}),
    },
  }),
  cohere: ({ model, prompt, stream, tools }) => ({
    path: '/v2/chat',
    body: { model, messages: said(prompt), stream, ...(tools ? { tools: [FUNCTION] } : {}) },
  }),
  ollama: ({ model, prompt, stream, tools }) => ({
    path: '/api/chat',
    body: { model, messages: said(prompt), stream, ...(tools ? { tools: [FUNCTION] } : {}) },
  }),
  images: ({ model, prompt }) => ({ path: '/v1/images/generations', body: { model, prompt } }),
  speech: ({ model, prompt }) => ({ path: '/v1/audio/speech', body: { model, input: prompt, voice: 'alloy' } }),
  embeddings: ({ model, prompt }) => ({ path: '/v1/embeddings', body: { model, input: prompt } }),
};

/** `more`: further members of the body; `headers`: further headers. */
export function questionOf({ client, more = {}, headers = {}, ...topic }) {
  const { path, body, headers: own = {} } = ASKS[client]({ prompt: PROMPT, stream: false, ...topic });
  return { path, headers: { 'content-type': 'application/json', ...own, ...headers }, body: { ...body, ...more } };
}
