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
    'anthropic-messages': { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
    'openai-responses': { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } },
  },
  'log probabilities': {
    'anthropic-messages': {
      dropped: ['logprobs', 'top_logprobs'],
      request: { logprobs: undefined, topLogprobs: undefined },
    },
  },
  'biased tokens': {
    'anthropic-messages': { dropped: ['logit_bias'], request: noFields },
    'openai-responses': { dropped: ['logit_bias'], request: noFields },
    gemini: { dropped: ['logit_bias'], request: noFields },
  },
  'a blank stop sequence': {
    'anthropic-messages': { dropped: ['stop'], request: { stop: undefined }, answer: { text: 'a\n\nb' } },
    'openai-responses': { dropped: ['stop'], request: { stop: undefined }, answer: { text: 'a\n\nb' } },
  },
  JSON: { 'anthropic-messages': { dropped: ['response_format'], request: { output: undefined } } },
  'JSON of a schema': {
    'openai-chat': { ...named, request: { output: { name: 'response', schema: EVENT } } },
    'openai-responses': { ...namedText, request: { output: { name: 'response', schema: EVENT } } },
  },
  // Whatever has a schema is held to it there, and it needs no name.
  'JSON of a named schema': {
    'anthropic-messages': { request: { output: { schema: EVENT } } },
    gemini: { request: { output: { schema: EVENT } } },
  },
  'JSON of a named, described schema that leaves objects open': {
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
  },
  'the end user': { gemini: { dropped: ['user'], request: { user: undefined } } },
  metadata: {
    'anthropic-messages': { dropped: ['metadata', 'store'], request: noFields },
    gemini: { dropped: ['metadata', 'store'], request: noFields },
  },
  'the priority tier, asked for and given': { 'anthropic-messages': noTier },
  'cache points': {
    'openai-chat': { dropped: ['cache_control'], request: { cached: undefined } },
    'openai-responses': { dropped: ['cache_control'], request: { cached: undefined } },
    gemini: { dropped: ['cache_control'], request: { cached: undefined } },
  },
  'fields of one vendor: OpenAI': {
    // The vendor's two APIs share the other two.
    'openai-responses': { dropped: ['prediction'], request: { fields: { verbosity: 'low', prompt_cache_key: 'k' } } },
    'anthropic-messages': { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
    gemini: { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
  },
  'fields of one vendor: Anthropic': {
    'openai-chat': { dropped: ['container', 'inference_geo'], request: noFields },
    'openai-responses': { dropped: ['container', 'inference_geo'], request: noFields },
    gemini: { dropped: ['container', 'inference_geo'], request: noFields },
  },
  'fields of one vendor: Gemini': {
    'openai-chat': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'openai-responses': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
    'anthropic-messages': { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
  },
  'fields that no vendor knows': {
    'openai-chat': { dropped: ['novelty'], request: noFields },
    'openai-responses': { dropped: ['novelty'], request: noFields },
    'anthropic-messages': { dropped: ['novelty'], request: noFields },
    gemini: { dropped: ['novelty'], request: noFields },
  },
  'tools that the provider runs: OpenAI': {
    'openai-responses': { dropped: ['web_search_options'], request: noFields },
    'anthropic-messages': { dropped: ['web_search_options'], request: noFields },
    gemini: { dropped: ['web_search_options'], request: noFields },
  },
  'tools that the provider runs: Anthropic': {
    'openai-chat': { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
    'openai-responses': { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
    gemini: { dropped: ['web_search_20250305'], request: { serverTools: undefined } },
  },
  'tools that the provider runs: Gemini': {
    'openai-chat': { dropped: ['codeExecution', 'googleSearch'], request: { serverTools: undefined } },
    'openai-responses': { dropped: ['codeExecution', 'googleSearch'], request: { serverTools: undefined } },
    'anthropic-messages': {
      dropped: ['tools.0_(googleSearch)', 'tools.1_(codeExecution)'],
      request: { serverTools: undefined },
    },
  },
  'much thinking': {
    // The model knows budgets and no efforts.
    'anthropic-messages': { request: { thinking: { budget: 16_384 } } },
  },
  'thinking within a budget': {
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
    'openai-responses > anthropic-messages': { request: { thinking: undefined } },
    // This generation can't be switched off.
    gemini: { dropped: ['reasoning_effort'], request: { thinking: { effort: 'minimal' } } },
  },
  'thinking beside a forced tool': {
    // Thinking may not be enabled when a tool is forced.
    'anthropic-messages': { dropped: ['tool_choice'], request: { toolChoice: 'auto', thinking: { budget: 2048 } } },
  },
  'a citation': {
    // A place in a document, which has no address.
    'openai-chat > anthropic-messages': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
    'openai-responses > anthropic-messages': { droppedFromAnswer: ['annotation.document'], answer: { citations: [] } },
  },
};
