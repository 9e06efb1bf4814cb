import type { Losses } from './requests.ts';

const ASK = { role: 'user' as const, parts: [{ text: 'Compare Bern and Rome.' }] };
const bern = { call: 'look', input: { at: 'Bern' } };
const rome = { call: 'look', input: { at: 'Rome' } };
const saw = (...texts: string[]) => ({
  role: 'user' as const,
  parts: texts.map((text) => ({ result: 'look', content: text === '' ? [] : [{ text }] })),
});

const WEATHER = {
  name: 'get_weather',
  description: 'Weather of the coming days',
  schema: {
    type: 'object',
    properties: { city: { type: 'string', description: 'Name of the city' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  },
};
const TIME = {
  name: 'get_time',
  description: 'Time in a zone',
  schema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
};

/** Gemini 3 refuses a call of the current turn without a signature, and names the text that stands for one. */
const unsigned = { inserted: ['thoughtSignature=skip_thought_signature_validator'] };

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/** Of tools, calls and results. */
export const TOOL_LOSSES: Losses = {
  'a call whose arguments the limit cut': {
    // Arguments must be an object: what was cut stands in one.
    'anthropic-messages > openai-chat': { droppedFromAnswer: ['content.0.input'] },
    'bedrock-converse > openai-chat': { droppedFromAnswer: ['content.0.input'] },
    'gemini > openai-chat': { droppedFromAnswer: ['candidates.content.parts.0.input'] },
    'anthropic-messages > openai-responses': { droppedFromAnswer: ['content.0.input'] },
    'bedrock-converse > openai-responses': { droppedFromAnswer: ['content.0.input'] },
    'gemini > openai-responses': { droppedFromAnswer: ['candidates.content.parts.0.input'] },
  },
  // There is no word for it: the tools are left out.
  'tool choice: one of these tools': {
    ollama: { dropped: ['tool_choice'], request: { toolChoice: undefined } },
    'bedrock-converse': { request: { toolChoice: 'required', tools: [WEATHER, TIME] } },
    // No field names the tools, so only those are offered.
    'anthropic-messages': { request: { toolChoice: 'required', tools: [WEATHER, TIME] } },
  },
  'tool choice: this tool or text': {
    ollama: { request: { toolChoice: undefined, tools: [TIME] } },
    'bedrock-converse': { request: { toolChoice: 'auto', tools: [TIME] }, answer: { calls: [{ name: 'get_time' }] } },
    'anthropic-messages': { request: { toolChoice: 'auto', tools: [TIME] }, answer: { calls: [{ name: 'get_time' }] } },
  },
  'one call at a time': {
    ollama: {
      dropped: ['parallel_tool_calls'],
      request: { parallel: undefined, toolChoice: undefined },
      answer: { calls: [{ name: 'get_weather' }, { name: 'get_time' }, { name: 'get_weather' }] },
    },
    'bedrock-converse': {
      dropped: ['parallel_tool_calls'],
      request: { parallel: undefined },
      answer: { calls: [{ name: 'get_weather' }, { name: 'get_time' }, { name: 'get_weather' }] },
    },
    gemini: {
      dropped: ['parallel_tool_calls'],
      request: { parallel: undefined },
      answer: { calls: [{ name: 'get_weather' }, { name: 'get_time' }, { name: 'get_weather' }] },
    },
  },
  'strict tools': {
    ollama: {
      dropped: ['tools.0.function.strict'],
      request: { tools: [{ name: 'get_time', schema: { ...TIME.schema, additionalProperties: false } }] },
    },
    // Not the tool but the mode holds the model to the schema.
    gemini: {
      request: {
        toolChoice: 'validated',
        tools: [{ name: 'get_time', schema: { ...TIME.schema, additionalProperties: false } }],
      },
    },
  },
  'a name of a tool that not every vendor allows': {
    'openai-chat': { request: { tools: [{ name: 'weather_of_city' }] } },
    'openai-responses': { request: { tools: [{ name: 'weather_of_city' }] } },
    'anthropic-messages': { request: { tools: [{ name: 'weather_of_city' }] } },
    'bedrock-converse': { request: { tools: [{ name: 'weather_of_city' }] } },
  },
  'two calls and their results': { gemini: unsigned },
  'results in another order than the calls': {
    // Results without ids answer in the order of the calls.
    gemini: { ...unsigned, request: { turns: [ASK, { role: 'assistant', parts: [bern, rome] }, saw('cool', 'warm')] } },
  },
  'a result that is an object': { gemini: unsigned },
  'an empty result': {
    'gemini > ollama': { request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('{}')] } },
    gemini: unsigned,
    // An empty object is what its client said.
    'gemini > openai-chat': { request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('{}')] } },
    'gemini > anthropic-messages': { request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('{}')] } },
    'gemini > bedrock-converse': { request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('{}')] } },
    'gemini > openai-responses': { request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('{}')] } },
  },
  'a result that is an error': {
    ollama: {
      dropped: ['tool_result.is_error'],
      request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('no such city')] },
    },
    'openai-chat': {
      dropped: ['tool_result.is_error'],
      request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('no such city')] },
    },
    'openai-responses': {
      dropped: ['tool_result.is_error'],
      request: { turns: [ASK, { role: 'assistant', parts: [bern] }, saw('no such city')] },
    },
    gemini: unsigned,
  },
  'a result with an image': {
    // Results hold text only: the image follows as the user's.
    'openai-chat': {
      dropped: ['tool_result.image'],
      request: {
        turns: [
          ASK,
          { role: 'assistant', parts: [bern] },
          {
            role: 'user',
            parts: [
              { result: 'look', content: [{ text: 'a view' }] },
              { image: { data: PNG, mediaType: 'image/png' } },
            ],
          },
        ],
      },
    },
    gemini: unsigned,
  },
  'a call that stands before the text of its turn': {
    ollama: { request: { turns: [ASK, { role: 'assistant', parts: [{ text: 'Let me see.' }, bern] }, saw('cool')] } },
    // One message has text and calls in fields of their own; the other API wants calls last.
    'openai-chat': {
      request: { turns: [ASK, { role: 'assistant', parts: [{ text: 'Let me see.' }, bern] }, saw('cool')] },
    },
    'anthropic-messages': {
      request: { turns: [ASK, { role: 'assistant', parts: [{ text: 'Let me see.' }, bern] }, saw('cool')] },
    },
    'bedrock-converse': {
      request: { turns: [ASK, { role: 'assistant', parts: [{ text: 'Let me see.' }, bern] }, saw('cool')] },
    },
  },
  'three rounds of one tool': { gemini: unsigned },
  'ids of calls that not every vendor allows': { gemini: unsigned },
  'arguments that a model wrote as broken JSON': {
    ollama: {
      dropped: ['messages.1.content.0.input'],
      request: {
        turns: [ASK, { role: 'assistant', parts: [{ call: 'look', input: { input: '{"at": Bern' } }] }, saw('what?')],
      },
    },
    'bedrock-converse': {
      dropped: ['messages.1.content.0.input'],
      request: {
        turns: [ASK, { role: 'assistant', parts: [{ call: 'look', input: { _raw: '{"at": Bern' } }] }, saw('what?')],
      },
    },
    // Arguments must be an object: the text stands in one.
    'anthropic-messages': {
      dropped: ['messages.1.content.0.input'],
      request: {
        turns: [ASK, { role: 'assistant', parts: [{ call: 'look', input: { _raw: '{"at": Bern' } }] }, saw('what?')],
      },
    },
    gemini: {
      ...unsigned,
      dropped: ['messages.1.content.0.input'],
      request: {
        turns: [ASK, { role: 'assistant', parts: [{ call: 'look', input: { input: '{"at": Bern' } }] }, saw('what?')],
      },
    },
  },
  'tool choice: auto': {
    // It is what a model does with tools.
    ollama: { request: { toolChoice: undefined } },
  },
  'tool choice: none': {
    // Tools that may not be used are not offered.
    ollama: { request: { toolChoice: undefined, tools: undefined } },
    'bedrock-converse': { request: { tools: undefined, toolChoice: undefined } },
  },
  'tool choice: some tool': {
    // Nothing demands a call.
    ollama: { dropped: ['tool_choice'], request: { toolChoice: undefined }, answer: { calls: [], stop: 'stop' } },
  },
  'tool choice: this tool': {
    ollama: {
      dropped: ['tool_choice'],
      request: { toolChoice: undefined, tools: [TIME] },
      answer: { calls: [], stop: 'stop' },
    },
  },
};
