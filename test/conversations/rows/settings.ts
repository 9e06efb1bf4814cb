import { heard, type Row, says, turnsOf } from '../row.ts';

const HELLO = 'Hello.';
const openai = { messages: [{ role: 'user', content: HELLO }] };
const anthropic = { messages: [{ role: 'user', content: HELLO }] };
const gemini = { contents: [{ role: 'user', parts: [{ text: HELLO }] }] };
const ollama = { messages: [{ role: 'user', content: HELLO }] };
const turns = turnsOf(HELLO);

const EVENT = {
  type: 'object',
  properties: { title: { type: 'string' }, seats: { type: 'integer' } },
  required: ['title', 'seats'],
  additionalProperties: false,
};

/** Everything that steers an answer. */
export const SETTINGS: readonly Row[] = [
  {
    name: 'sampling',
    says: says({
      ollama: { ...ollama, options: { temperature: 0.3 } },
      openai: { ...openai, temperature: 0.3 },
      anthropic: { ...anthropic, temperature: 0.3 },
      gemini: { ...gemini, generationConfig: { temperature: 0.3 } },
    }),
    request: heard({ turns, temperature: 0.3 }),
    answer: { text: HELLO },
  },
  {
    name: 'top_p and top_k',
    says: says({
      ollama: { ...ollama, options: { top_p: 0.8, top_k: 40 } },
      anthropic: { ...anthropic, top_p: 0.8, top_k: 40 },
      gemini: { ...gemini, generationConfig: { topP: 0.8, topK: 40 } },
    }),
    request: heard({ turns, topP: 0.8, topK: 40 }),
    answer: { text: HELLO },
  },
  {
    name: 'seed and penalties',
    says: says({
      ollama: { ...ollama, options: { seed: 7, frequency_penalty: 0.5, presence_penalty: -0.5 } },
      openai: { ...openai, seed: 7, frequency_penalty: 0.5, presence_penalty: -0.5 },
      gemini: { ...gemini, generationConfig: { seed: 7, frequencyPenalty: 0.5, presencePenalty: -0.5 } },
    }),
    request: heard({ turns, seed: 7, frequencyPenalty: 0.5, presencePenalty: -0.5 }),
    answer: { text: HELLO },
  },
  {
    name: 'the deprecated name of the bound',
    says: { 'openai-chat': { ...openai, max_tokens: 55 } },
    request: heard({ turns, maxTokens: 55 }),
    answer: { text: HELLO },
  },
  {
    name: 'no bound on the answer',
    says: { 'openai-chat': openai, gemini, ollama },
    request: { system: [], turns },
    answer: { text: HELLO },
  },
  {
    name: 'no bound on the answer, by a model that nobody knows',
    says: { 'openai-chat': openai, gemini, ollama },
    models: { 'anthropic-messages': 'private-model' },
    request: { system: [], turns },
    answer: { text: HELLO },
  },
  {
    name: 'several answers',
    says: says({ openai: { ...openai, n: 3 }, gemini: { ...gemini, generationConfig: { candidateCount: 3 } } }),
    script: 'text-5',
    request: heard({ turns, n: 3 }),
    answer: { choices: 3 },
  },
  {
    name: 'log probabilities',
    says: says({
      ollama: { ...ollama, logprobs: true, top_logprobs: 2 },
      openai: { ...openai, logprobs: true, top_logprobs: 2 },
      gemini: { ...gemini, generationConfig: { responseLogprobs: true, logprobs: 2 } },
    }),
    request: heard({ turns, logprobs: true, topLogprobs: 2 }),
    answer: { text: HELLO },
  },
  {
    name: 'biased tokens',
    says: says({ openai: { ...openai, logit_bias: { 50256: -100 } } }),
    request: heard({ turns, fields: { logit_bias: { 50256: -100 } } }),
    answer: { text: HELLO },
  },
  {
    name: 'stop sequences',
    says: says({
      ollama: { messages: [{ role: 'user', content: 'one two END three' }], options: { stop: ['END', 'FIN'] } },
      openai: { messages: [{ role: 'user', content: 'one two END three' }], stop: ['END', 'FIN'] },
      anthropic: { messages: [{ role: 'user', content: 'one two END three' }], stop_sequences: ['END', 'FIN'] },
      gemini: {
        contents: [{ role: 'user', parts: [{ text: 'one two END three' }] }],
        generationConfig: { stopSequences: ['END', 'FIN'] },
      },
    }),
    request: heard({ turns: turnsOf('one two END three'), stop: ['END', 'FIN'] }),
    answer: { text: 'one two ', stop: 'stop-sequence', stopSequence: 'END' },
  },
  {
    name: 'a blank stop sequence',
    says: says({ openai: { messages: [{ role: 'user', content: 'a\n\nb' }], stop: '\n\n' } }),
    request: heard({ turns: turnsOf('a\n\nb'), stop: ['\n\n'] }),
    answer: { text: 'a' },
  },
  {
    name: 'JSON',
    says: says({
      ollama: { messages: [{ role: 'user', content: 'Say it in JSON.' }], format: 'json' },
      openai: { messages: [{ role: 'user', content: 'Say it in JSON.' }], response_format: { type: 'json_object' } },
      gemini: {
        contents: [{ role: 'user', parts: [{ text: 'Say it in JSON.' }] }],
        generationConfig: { responseMimeType: 'application/json' },
      },
    }),
    script: 'json',
    request: heard({ turns: turnsOf('Say it in JSON.'), output: 'json' }),
    answer: {},
  },
  {
    name: 'JSON of a schema',
    says: says({
      ollama: { ...ollama, format: EVENT },
      anthropic: { ...anthropic, output_config: { format: { type: 'json_schema', schema: EVENT } } },
      gemini: { ...gemini, generationConfig: { responseMimeType: 'application/json', responseJsonSchema: EVENT } },
    }),
    script: 'json',
    request: heard({ turns, output: { schema: EVENT } }),
    answer: {},
  },
  {
    name: 'JSON of a named schema',
    says: says({
      openai: {
        ...openai,
        response_format: { type: 'json_schema', json_schema: { name: 'event', strict: true, schema: EVENT } },
      },
    }),
    script: 'json',
    request: heard({ turns, output: { name: 'event', strict: true, schema: EVENT } }),
    answer: {},
  },
  {
    name: 'JSON of a named, described schema that leaves objects open',
    says: says({
      openai: {
        ...openai,
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'event',
            description: 'What happens',
            strict: false,
            schema: { type: 'object', properties: { title: { type: 'string' } } },
          },
        },
      },
    }),
    script: 'json',
    request: heard({
      turns,
      output: {
        name: 'event',
        description: 'What happens',
        strict: false,
        schema: { type: 'object', properties: { title: { type: 'string' } } },
      },
    }),
    answer: {},
  },
  {
    name: "JSON of a schema in one API's own spelling",
    says: says({
      gemini: {
        ...gemini,
        generationConfig: {
          responseMimeType: 'application/json',
          responseSchema: {
            type: 'OBJECT',
            properties: { title: { type: 'STRING' }, seats: { type: 'INTEGER' } },
            required: ['title', 'seats'],
          },
        },
      },
    }),
    script: 'json',
    request: heard({
      turns,
      output: {
        schema: {
          type: 'object',
          properties: { title: { type: 'string' }, seats: { type: 'integer' } },
          required: ['title', 'seats'],
        },
      },
    }),
    answer: {},
  },
  {
    name: 'the end user',
    says: says({
      openai: { ...openai, user: 'user-77' },
      anthropic: { ...anthropic, metadata: { user_id: 'user-77' } },
    }),
    request: heard({ turns, user: 'user-77' }),
    answer: { text: HELLO },
  },
  {
    name: 'metadata',
    says: says({ openai: { ...openai, metadata: { shop: 'bern' }, store: true } }),
    request: heard({ turns, fields: { metadata: { shop: 'bern' }, store: true } }),
    answer: { text: HELLO },
  },
  {
    name: 'the default service tier',
    says: says({
      openai: { ...openai, service_tier: 'default' },
      anthropic: { ...anthropic, service_tier: 'standard_only' },
      gemini: { ...gemini, serviceTier: 'standard' },
    }),
    request: heard({ turns, tier: 'default' }),
    answer: { text: HELLO },
  },
  {
    name: 'the priority tier, asked for and given',
    says: says({ openai: { ...openai, service_tier: 'priority' }, gemini: { ...gemini, serviceTier: 'priority' } }),
    script: 'echo+priority',
    request: heard({ turns, tier: 'priority' }),
    answer: { text: HELLO, tier: 'priority' },
  },
  {
    name: 'cache points',
    says: says({
      anthropic: {
        system: [{ type: 'text', text: 'A long prompt.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        tools: [
          { name: 'halt', input_schema: { type: 'object', properties: {} }, cache_control: { type: 'ephemeral' } },
        ],
        messages: [{ role: 'user', content: [{ type: 'text', text: HELLO, cache_control: { type: 'ephemeral' } }] }],
      },
    }),
    request: heard({
      system: ['A long prompt.'],
      turns,
      tools: [{ name: 'halt' }],
      cached: ['system.0', 'tools.0', 'turns.0.0'],
    }),
    answer: { text: HELLO },
  },
  {
    // A field that only one vendor has.
    name: 'fields of one vendor: OpenAI',
    case: 70,
    says: says({
      openai: { ...openai, verbosity: 'low', prediction: { type: 'content', content: 'Hi' }, prompt_cache_key: 'k' },
    }),
    request: heard({
      turns,
      fields: { verbosity: 'low', prediction: { type: 'content', content: 'Hi' }, prompt_cache_key: 'k' },
    }),
    answer: { text: HELLO },
  },
  {
    name: 'fields of one vendor: Anthropic',
    says: says({ anthropic: { ...anthropic, container: 'container_1', inference_geo: 'eu' } }),
    request: heard({ turns, fields: { container: 'container_1', inference_geo: 'eu' } }),
    answer: { text: HELLO },
  },
  {
    name: 'fields of one vendor: Gemini',
    says: says({
      gemini: {
        ...gemini,
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
        generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      },
    }),
    request: heard({
      turns,
      fields: {
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
        generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      },
    }),
    answer: { text: HELLO },
  },
  {
    name: 'fields of one vendor: Cohere',
    // Its body stands with the others of this format.
    says: {},
    request: heard({ turns, fields: { safety_mode: 'STRICT', citation_options: { mode: 'OFF' } } }),
    answer: { text: HELLO },
  },
  {
    name: 'fields of one vendor: Ollama',
    says: says({ ollama: { ...ollama, keep_alive: '5m', options: { num_ctx: 4096 } } }),
    request: heard({ turns, fields: { keep_alive: '5m', options: { num_ctx: 4096 } } }),
    answer: { text: HELLO },
  },
  {
    name: 'fields that no vendor knows',
    case: 70,
    says: says({
      openai: { ...openai, novelty: 1 },
      anthropic: { ...anthropic, novelty: 1 },
      gemini: { ...gemini, novelty: 1 },
    }),
    sim: { unknownFields: 'allow' },
    request: heard({ turns, fields: { novelty: 1 } }),
    answer: { text: HELLO },
  },
  {
    name: 'tools that the provider runs: OpenAI',
    says: says({ openai: { ...openai, web_search_options: { search_context_size: 'low' } } }),
    request: heard({ turns, fields: { web_search_options: { search_context_size: 'low' } } }),
    answer: { text: HELLO },
  },
  {
    name: 'tools that the provider runs: Anthropic',
    says: says({
      anthropic: { ...anthropic, tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }] },
    }),
    request: heard({ turns, serverTools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }] }),
    answer: { text: HELLO },
  },
  {
    name: 'tools that the provider runs: Gemini',
    says: says({ gemini: { ...gemini, tools: [{ googleSearch: {} }, { codeExecution: {} }] } }),
    request: heard({ turns, serverTools: [{ googleSearch: {} }, { codeExecution: {} }] }),
    answer: { text: HELLO },
  },
];
