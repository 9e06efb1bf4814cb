import type { Losses } from './requests.ts';

const EVENT = {
  type: 'object',
  properties: { title: { type: 'string' }, seats: { type: 'integer' } },
  required: ['title', 'seats'],
  additionalProperties: false,
};
const named = { inserted: ['response_format.json_schema.name=response'] };
const namedText = { inserted: ['text.format.name=response'] };
const closed = { inserted: ['response_format.additionalProperties=false'] };

const OPEN_EVENT = {
  request: {
    output: {
      name: 'response',
      schema: {
        type: 'object',
        properties: { title: { type: 'string' }, seats: { type: 'integer' } },
        required: ['title', 'seats'],
      },
    },
  },
};

/** The priority tier was not asked for, but the simulated provider gives it all the same. */
const noTier = { dropped: ['service_tier'], request: { tier: undefined } };
const noFields = { fields: undefined };

/** Of everything that steers an answer, and of what answers tell. */
export const SETTING_LOSSES: Losses = {
  'top_p and top_k': {
    'openai-chat': { dropped: ['top_k'], request: { topK: undefined } },
    'openai-responses': { dropped: ['top_k'], request: { topK: undefined } },
  },
  // The Responses API has none of these.
  'stop sequences': {
    'openai-responses': {
      dropped: ['stop'],
      request: { stop: undefined },
      answer: { text: 'one two END three', stop: undefined, stopSequence: undefined },
    },
  },
  'seed and penalties': {
    'bedrock-converse': {
      dropped: ['frequency_penalty', 'presence_penalty', 'seed'],
      request: { seed: undefined, frequencyPenalty: undefined, presencePenalty: undefined },
    },
    'openai-responses': {
      dropped: ['frequency_penalty', 'presence_penalty', 'seed'],
      request: { seed: undefined, frequencyPenalty: undefined, presencePenalty: undefined },
    },
    'anthropic-messages': {
      dropped: ['frequency_penalty', 'presence_penalty', 'seed'],
      request: { seed: undefined, frequencyPenalty: undefined, presencePenalty: undefined },
    },
  },
  'no bound on the answer': {
    // Required there; this is the model's documented maximum.
    'anthropic-messages': { inserted: ['max_tokens=64000'], request: { maxTokens: 64_000 } },
  },
  'no bound on the answer, by a model that nobody knows': {
    'anthropic-messages': { inserted: ['max_tokens=8192'], request: { maxTokens: 8192 } },
  },
  'several answers': {
    ollama: { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
    'anthropic-messages': { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
    'openai-responses': { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
    'bedrock-converse': { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
  },
  'log probabilities': {
    'bedrock-converse': {
      dropped: ['logprobs', 'top_logprobs'],
      request: { logprobs: undefined, topLogprobs: undefined },
    },
    'anthropic-messages': {
      dropped: ['logprobs', 'top_logprobs'],
      request: { logprobs: undefined, topLogprobs: undefined },
    },
  },
  'biased tokens': {
    ollama: { dropped: ['logit_bias'], request: noFields },
    'bedrock-converse': { dropped: ['logit_bias'], request: noFields },
    'anthropic-messages': { dropped: ['logit_bias'], request: noFields },
    'openai-responses': { dropped: ['logit_bias'], request: noFields },
    gemini: { dropped: ['logit_bias'], request: noFields },
  },
  'a blank stop sequence': {
    'bedrock-converse': { dropped: ['stop'], request: { stop: undefined }, answer: { text: 'a\n\nb' } },
    'anthropic-messages': { dropped: ['stop'], request: { stop: undefined }, answer: { text: 'a\n\nb' } },
    'openai-responses': { dropped: ['stop'], request: { stop: undefined }, answer: { text: 'a\n\nb' } },
  },
  JSON: {
    'anthropic-messages': { dropped: ['response_format'], request: { output: undefined } },
    'bedrock-converse': { dropped: ['response_format'], request: { output: undefined } },
  },
  'JSON of a schema': {
    'openai-chat': { ...named, request: { output: { name: 'response', schema: EVENT } } },
    'openai-responses': { ...namedText, request: { output: { name: 'response', schema: EVENT } } },
  },
  // Whatever has a schema is held to it there, and it needs no name.
  'JSON of a named schema': {
    ollama: { request: { output: { schema: EVENT } } },
    'bedrock-converse': { request: { output: { name: 'event', schema: EVENT } } },
    'anthropic-messages': { request: { output: { schema: EVENT } } },
    gemini: { request: { output: { schema: EVENT } } },
  },
  'JSON of a named, described schema that leaves objects open': {
    ollama: {
      request: {
        output: { schema: { type: 'object', properties: { title: { type: 'string' } }, description: 'What happens' } },
      },
    },
    'bedrock-converse': {
      ...closed,
      request: {
        output: {
          name: 'event',
          description: 'What happens',
          schema: { type: 'object', properties: { title: { type: 'string' } }, additionalProperties: false },
        },
      },
    },
    'anthropic-messages': {
      ...closed,
      request: {
        output: {
          schema: {
            type: 'object',
            properties: { title: { type: 'string' } },
            additionalProperties: false,
            description: 'What happens',
          },
        },
      },
    },
    gemini: {
      request: {
        output: { schema: { type: 'object', properties: { title: { type: 'string' } }, description: 'What happens' } },
      },
    },
  },
  "JSON of a schema in one API's own spelling": {
    'openai-chat': { ...named, ...OPEN_EVENT },
    'openai-responses': { ...namedText, ...OPEN_EVENT },
    'anthropic-messages': { ...closed, request: { output: { schema: EVENT } } },
    'bedrock-converse': { ...closed, request: { output: { schema: EVENT } } },
  },
  'the end user': {
    ollama: { dropped: ['user'], request: { user: undefined } },
    gemini: { dropped: ['user'], request: { user: undefined } },
    'bedrock-converse': { dropped: ['user'], request: { user: undefined } },
  },
  metadata: {
    ollama: { dropped: ['metadata', 'store'], request: noFields },
    'bedrock-converse': { dropped: ['store'], request: { fields: { requestMetadata: { shop: 'bern' } } } },
    'anthropic-messages': { dropped: ['metadata', 'store'], request: noFields },
    gemini: { dropped: ['metadata', 'store'], request: noFields },
  },
  'the priority tier, asked for and given': {
    ollama: { ...noTier, answer: { tier: undefined } },
    'anthropic-messages': noTier,
  },
  'cache points': {
    ollama: { dropped: ['cache_control'], request: { cached: undefined } },
    'openai-chat': { dropped: ['cache_control'], request: { cached: undefined } },
    'openai-responses': { dropped: ['cache_control'], request: { cached: undefined } },
    gemini: { dropped: ['cache_control'], request: { cached: undefined } },
  },
  'fields of one vendor: OpenAI': {
    ollama: { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
    'bedrock-converse': { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
    // The vendor's two APIs share the other two.
    'openai-responses': { dropped: ['prediction'], request: { fields: { verbosity: 'low', prompt_cache_key: 'k' } } },
    'anthropic-messages': { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
    gemini: { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
  },
  'fields of one vendor: Anthropic': {
    ollama: { dropped: ['container', 'inference_geo'], request: noFields },
    'bedrock-converse': { dropped: ['container', 'inference_geo'], request: noFields },
    'openai-chat': { dropped: ['container', 'inference_geo'], request: noFields },
    'openai-responses': { dropped: ['container', 'inference_geo'], request: noFields },
    gemini: { dropped: ['container', 'inference_geo'], request: noFields },
  },
  'fields of one vendor: Gemini': {
    ollama: { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'bedrock-converse': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'openai-chat': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'openai-responses': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'anthropic-messages': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
  },
  'fields of one vendor: Ollama': {
    'openai-chat': { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
    'anthropic-messages': { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
    gemini: { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
    cohere: { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
    'bedrock-converse': { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
    'openai-responses': { dropped: ['keep_alive', 'options.num_ctx'], request: noFields },
  },
  'fields that no vendor knows': {
    ollama: { dropped: ['novelty'], request: noFields },
    'bedrock-converse': { dropped: ['novelty'], request: noFields },
    'openai-chat': { dropped: ['novelty'], request: noFields },
    'openai-responses': { dropped: ['novelty'], request: noFields },
    'anthropic-messages': { dropped: ['novelty'], request: noFields },
    gemini: { dropped: ['novelty'], request: noFields },
  },
  'tools that the provider runs: OpenAI': {
    ollama: { dropped: ['web_search_options'], request: noFields },
    'bedrock-converse': { dropped: ['web_search_options'], request: noFields },
    'openai-responses': { dropped: ['web_search_options'], request: noFields },
    'anthropic-messages': { dropped: ['web_search_options'], request: noFields },
    gemini: { dropped: ['web_search_options'], request: noFields },
  },
  'tools that the provider runs: Anthropic': {
    ollama: { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
    'bedrock-converse': { dropped: ['tools.0_(web_search_20250305)'], request: { serverTools: undefined } },
    'openai-chat': { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
    'openai-responses': { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
    gemini: { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
  },
  'tools that the provider runs: Gemini': {
    ollama: { dropped: ['codeExecution', 'googleSearch'], request: { serverTools: undefined } },
    'bedrock-converse': {
      dropped: ['tools.0_(googleSearch)', 'tools.1_(codeExecution)'],
      request: { serverTools: undefined },
    },
    'openai-chat': { dropped: ['codeExecution', 'googleSearch'], request: { serverTools: undefined } },
    'openai-responses': { dropped: ['codeExecution', 'googleSearch'], request: { serverTools: undefined } },
    'anthropic-messages': {
      dropped: ['tools.0_(googleSearch)', 'tools.1_(codeExecution)'],
      request: { serverTools: undefined },
    },
  },
  'much thinking': {
    // Thinking that is asked for there is shown.
    'ollama > anthropic-messages': { request: { thinking: { budget: 16_384, shown: true } } },
    'ollama > gemini': { request: { thinking: { effort: 'high', shown: true } } },
    'ollama > openai-responses': { request: { thinking: { effort: 'high', shown: true } } },
    'ollama > bedrock-converse': { request: { thinking: { budget: 16_384, shown: true } } },
    'bedrock-converse': { request: { thinking: { budget: 16_384 } } },
    // The model knows budgets and no efforts.
    'anthropic-messages': { request: { thinking: { budget: 16_384 } } },
  },
  'thinking within a budget': {
    // Levels are for some models only, and none of them is a number of tokens.
    ollama: { dropped: ['reasoning.budget'], request: { thinking: { adaptive: true } } },
    // The API knows efforts and no budgets.
    'openai-chat': { request: { thinking: { effort: 'medium' } } },
    'openai-responses': { request: { thinking: { effort: 'medium' } } },
  },
  'no thinking': {
    // Only newer models know the word `none`: it is sent when the client said that very word.
    'openai-chat': { dropped: ['reasoning'], request: { thinking: undefined } },
    'openai-responses': { dropped: ['reasoning'], request: { thinking: undefined } },
    // The model does not think unless it is told to.
    'openai-chat > openai-responses': {},
    'openai-responses > openai-chat': {},
    'openai-chat > anthropic-messages': { request: { thinking: undefined } },
    'openai-chat > bedrock-converse': { request: { thinking: undefined } },
    'openai-responses > anthropic-messages': { request: { thinking: undefined } },
    'openai-responses > bedrock-converse': { request: { thinking: undefined } },
    // This generation can't be switched off.
    gemini: { dropped: ['reasoning_effort'], request: { thinking: { effort: 'minimal' } } },
  },
  'thinking beside a forced tool': {
    ollama: { dropped: ['tool_choice'], request: { toolChoice: undefined } },
    'bedrock-converse': { dropped: ['tool_choice'], request: { toolChoice: undefined, thinking: { budget: 2048 } } },
    // Thinking may not be enabled when a tool is forced.
    'anthropic-messages': { dropped: ['tool_choice'], request: { toolChoice: 'auto', thinking: { budget: 2048 } } },
  },
  'a citation': {
    // Messages of this API hold none, whoever tells them.
    'ollama > openai-chat': { droppedFromAnswer: ['annotation.url'], answer: { citations: [] } },
    'ollama > anthropic-messages': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    'ollama > gemini': { droppedFromAnswer: ['annotation.url'], answer: { citations: [] } },
    'ollama > cohere': { droppedFromAnswer: ['annotation.url'], answer: { citations: [] } },
    'ollama > openai-responses': { droppedFromAnswer: ['annotation.url'], answer: { citations: [] } },
    'ollama > bedrock-converse': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    ollama: { answer: { citations: [] } },
    'openai-chat > bedrock-converse': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    'openai-responses > bedrock-converse': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    // The one cites places in documents of its own request, which the other has no words for.
    'bedrock-converse > anthropic-messages': {
      droppedFromAnswer: ['content.0.annotations'],
      answer: { citations: [] },
    },
    'anthropic-messages > bedrock-converse': {
      droppedFromAnswer: ['content.0.annotations'],
      answer: { citations: [] },
    },
    // A place in a document, which has no address.
    'openai-chat > anthropic-messages': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    'openai-responses > anthropic-messages': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
  },
  'the default service tier': {
    // There is one.
    ollama: { request: { tier: undefined }, answer: { tier: undefined } },
  },
};
