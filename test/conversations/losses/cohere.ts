import { turnsOf } from '../row.ts';
import type { Losses } from './requests.ts';

const said = (...texts: string[]) => ({ role: 'user' as const, parts: texts.map((text) => ({ text })) });
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const noFields = { fields: undefined };
const TIME = {
  name: 'get_time',
  description: 'Time in a zone',
  schema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
};
const EVENT = {
  type: 'object',
  properties: { title: { type: 'string' }, seats: { type: 'integer' } },
  required: ['title', 'seats'],
  additionalProperties: false,
};
const ASK = said('Compare Bern and Rome.');
const bern = { role: 'assistant' as const, parts: [{ call: 'look', input: { at: 'Bern' } }] };
const saw = (...content: { text: string }[]) => ({ result: 'look', content });

/** What this format can't express, and what others can't express of it. */
export const COHERE_LOSSES: Losses = {
  'a system prompt in the middle': {
    // "system turn must be the first in the list": https://docs.cohere.com/reference/errors
    cohere: {
      dropped: ['messages.3.role'],
      request: { turns: [...turnsOf('One.', 'Two.'), said('Three.', 'Be brief from now on.', 'Four.')] },
    },
  },
  'empty and blank texts in the history': {
    // "message must not be empty in a turn": the same page.
    cohere: { request: { turns: [said('Are you there?', 'Well?', 'Well?')] } },
  },
  'the name of a participant': { cohere: { dropped: ['messages.0.name'] } },
  // Documents are texts that stand in the request.
  'a PDF as bytes, with its name': {
    cohere: {
      dropped: ['messages.0.content.0_(file)'],
      inserted: ['messages.0.content=(empty)'],
      request: { turns: turnsOf('(empty)') },
    },
  },
  'a PDF by its address': {
    // Its client does not say that it is none.
    'anthropic-messages > cohere': { refused: { param: 'messages.0.content.0' } },
    cohere: {
      dropped: ['messages.0.content.0_(file)'],
      inserted: ['messages.0.content=(empty)'],
      request: { turns: turnsOf('(empty)') },
    },
  },
  audio: { cohere: { dropped: ['messages.0.content.0_(audio)'], request: { turns: turnsOf('Who speaks?') } } },
  video: { cohere: { dropped: ['messages.0.content.0_(video)'], request: { turns: turnsOf('What happens?') } } },
  'an image in the answer': { 'cohere > gemini': { droppedFromAnswer: ['content.0_(image)'], answer: { images: [] } } },
  'a call whose arguments the limit cut': {
    // Arguments must be an object there: what was cut stands in one.
    'anthropic-messages > cohere': { droppedFromAnswer: ['content.0.input'] },
    'bedrock-converse > cohere': { droppedFromAnswer: ['content.0.input'] },
    'gemini > cohere': { droppedFromAnswer: ['candidates.content.parts.0.input'] },
  },
  // Free choice has no word.
  'tool choice: auto': { cohere: { request: { toolChoice: undefined } } },
  // No field names a tool, so only that one is offered.
  'tool choice: this tool': { cohere: { request: { toolChoice: 'required', tools: [TIME] } } },
  'tool choice: one of these tools': { cohere: { request: { toolChoice: 'required' } } },
  'tool choice: this tool or text': {
    cohere: { request: { toolChoice: undefined, tools: [TIME] }, answer: { calls: [{ name: 'get_time' }] } },
  },
  'one call at a time': {
    cohere: {
      dropped: ['parallel_tool_calls'],
      request: { toolChoice: undefined, parallel: undefined },
      answer: { calls: [{ name: 'get_weather' }, { name: 'get_time' }, { name: 'get_weather' }] },
    },
  },
  'a name of a tool that not every vendor allows': { cohere: { request: { tools: [{ name: 'weather_of_city' }] } } },
  'an empty result': {
    cohere: {
      inserted: ['messages.2.content.0.content=(empty)'],
      request: { turns: [ASK, bern, { role: 'user', parts: [saw({ text: '(empty)' })] }] },
    },
    'gemini > cohere': { request: { turns: [ASK, bern, { role: 'user', parts: [saw({ text: '{}' })] }] } },
  },
  'a result that is an error': {
    cohere: {
      dropped: ['tool_result.is_error'],
      request: { turns: [ASK, bern, { role: 'user', parts: [saw({ text: 'no such city' })] }] },
    },
  },
  'a result with an image': {
    cohere: {
      dropped: ['tool_result.image'],
      request: {
        turns: [
          ASK,
          bern,
          { role: 'user', parts: [saw({ text: 'a view' }), { image: { data: PNG, mediaType: 'image/png' } }] },
        ],
      },
    },
  },
  'a call that stands before the text of its turn': {
    cohere: {
      request: {
        turns: [
          ASK,
          { role: 'assistant', parts: [{ text: 'Let me see.' }, ...bern.parts] },
          { role: 'user', parts: [saw({ text: 'cool' })] },
        ],
      },
    },
  },
  'seed and penalties': { cohere: { dropped: ['presence_penalty'], request: { presencePenalty: undefined } } },
  'several answers': { cohere: { dropped: ['n'], request: { n: undefined }, answer: { choices: 1 } } },
  'log probabilities': { cohere: { dropped: ['top_logprobs'], request: { topLogprobs: undefined } } },
  'biased tokens': { cohere: { dropped: ['logit_bias'], request: noFields } },
  // Whatever has a schema is held to it, and it needs no name.
  'JSON of a named schema': { cohere: { request: { output: { schema: EVENT } } } },
  'JSON of a named, described schema that leaves objects open': {
    cohere: {
      request: {
        output: { schema: { type: 'object', properties: { title: { type: 'string' } }, description: 'What happens' } },
      },
    },
  },
  'the end user': { cohere: { dropped: ['user'], request: { user: undefined } } },
  metadata: { cohere: { dropped: ['metadata', 'store'], request: noFields } },
  'the default service tier': { cohere: { request: { tier: undefined } } },
  'the priority tier, asked for and given': {
    cohere: { dropped: ['service_tier'], request: { tier: undefined }, answer: { tier: undefined } },
  },
  'cache points': { cohere: { dropped: ['cache_control'], request: { cached: undefined } } },
  'fields of one vendor: OpenAI': {
    cohere: { dropped: ['prediction', 'prompt_cache_key', 'verbosity'], request: noFields },
  },
  'fields of one vendor: Anthropic': { cohere: { dropped: ['container', 'inference_geo'], request: noFields } },
  'fields of one vendor: Gemini': {
    cohere: { dropped: ['generationConfig.mediaResolution', 'safetySettings'], request: noFields },
  },
  'fields of one vendor: Cohere': {
    'openai-chat': { dropped: ['citation_options', 'safety_mode'], request: noFields },
    'anthropic-messages': { dropped: ['citation_options', 'safety_mode'], request: noFields },
    gemini: { dropped: ['citation_options', 'safety_mode'], request: noFields },
    ollama: { dropped: ['citation_options', 'safety_mode'], request: noFields },
    'bedrock-converse': { dropped: ['citation_options', 'safety_mode'], request: noFields },
    'openai-responses': { dropped: ['citation_options', 'safety_mode'], request: noFields },
  },
  'fields that no vendor knows': { cohere: { dropped: ['novelty'], request: noFields } },
  'tools that the provider runs: OpenAI': { cohere: { dropped: ['web_search_options'], request: noFields } },
  'tools that the provider runs: Anthropic': {
    cohere: { dropped: ['tools.0_(web_search_20250305)'], request: { serverTools: undefined } },
  },
  'tools that the provider runs: Gemini': {
    cohere: {
      dropped: ['tools.0_(googleSearch)', 'tools.1_(codeExecution)'],
      request: { serverTools: undefined },
    },
  },
  // The API knows budgets and no efforts.
  'much thinking': { cohere: { request: { thinking: { budget: 16_384 } } } },
  'thinking beside a forced tool': { cohere: { request: { thinking: { budget: 2048 } } } },
};
