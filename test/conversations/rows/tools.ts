import type { RequestView, ToolChoiceView, ToolView } from '../neutral.ts';
import { heard, type Row, says, turnsOf } from '../row.ts';

const WEATHER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Name of the city' }, days: { type: 'integer' } },
  required: ['city', 'days'],
};
const TIME_SCHEMA = { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] };

const WEATHER: ToolView = { name: 'get_weather', description: 'Weather of the coming days', schema: WEATHER_SCHEMA };
const TIME: ToolView = { name: 'get_time', description: 'Time in a zone', schema: TIME_SCHEMA };

const openAiTools = [WEATHER, TIME].map(({ name, description, schema }) => ({
  type: 'function',
  function: { name, description, parameters: schema },
}));
const anthropicTools = [WEATHER, TIME].map(({ name, description, schema }) => ({
  name,
  description,
  input_schema: schema,
}));
/** In the API's own schemas, types are in capitals. */
const geminiTools = [
  {
    functionDeclarations: [
      {
        name: 'get_weather',
        description: 'Weather of the coming days',
        parameters: {
          type: 'OBJECT',
          properties: { city: { type: 'STRING', description: 'Name of the city' }, days: { type: 'INTEGER' } },
          required: ['city', 'days'],
        },
      },
      {
        name: 'get_time',
        description: 'Time in a zone',
        parameters: { type: 'OBJECT', properties: { zone: { type: 'STRING' } }, required: ['zone'] },
      },
    ],
  },
];

const ASK = 'What is it like in Bern?';
const openAiAsk = { messages: [{ role: 'user', content: ASK }], tools: openAiTools };
const anthropicAsk = { messages: [{ role: 'user', content: ASK }], tools: anthropicTools };
const ollamaAsk = openAiAsk;
const geminiAsk = { contents: [{ role: 'user', parts: [{ text: ASK }] }], tools: geminiTools };

const asked = (more: Partial<RequestView> = {}) => heard({ turns: turnsOf(ASK), tools: [WEATHER, TIME], ...more });

function choice(
  name: string,
  view: ToolChoiceView,
  bodies: { openai?: object; anthropic?: object; gemini?: object },
  answer: Row['answer'],
  script = 'echo',
): Row {
  const { openai, anthropic, gemini } = bodies;
  return {
    name: `tool choice: ${name}`,
    says: says({
      ...(openai === undefined ? {} : { openai: { ...openAiAsk, ...openai } }),
      ...(anthropic === undefined ? {} : { anthropic: { ...anthropicAsk, ...anthropic } }),
      ...(gemini === undefined ? {} : { gemini: { ...geminiAsk, ...gemini } }),
    }),
    script,
    request: asked({ toolChoice: view }),
    answer,
  };
}

const calling = (config: object) => ({ toolConfig: { functionCallingConfig: config } });

/** Tools offered and chosen, and calls of them in the answer. */
export const TOOLS: readonly Row[] = [
  {
    name: 'a call of a tool',
    says: says({ openai: openAiAsk, anthropic: anthropicAsk, gemini: geminiAsk, ollama: ollamaAsk }),
    script: 'tools',
    request: asked(),
    answer: { calls: [{ name: 'get_weather' }], stop: 'tools' },
  },
  {
    name: 'text before the call',
    says: says({ openai: openAiAsk, anthropic: anthropicAsk, gemini: geminiAsk, ollama: ollamaAsk }),
    script: 'tools+text-6',
    request: asked(),
    answer: { calls: [{ name: 'get_weather' }], stop: 'tools' },
  },
  {
    // Pieces of three calls come mixed where the format can mix them.
    name: 'three calls at once, with fields that no documentation names',
    case: 37,
    says: says({ openai: openAiAsk, anthropic: anthropicAsk, gemini: geminiAsk, ollama: ollamaAsk }),
    script: 'paralleltools',
    request: asked(),
    answer: { calls: [{ name: 'get_weather' }, { name: 'get_time' }, { name: 'get_weather' }], stop: 'tools' },
  },
  {
    name: 'a call without arguments is a call with {}',
    says: says({ openai: openAiAsk, anthropic: anthropicAsk, gemini: geminiAsk, ollama: ollamaAsk }),
    script: 'noargs',
    request: asked(),
    answer: { calls: [{ name: 'get_weather', input: {} }], stop: 'tools' },
  },
  {
    name: 'a tool that takes no arguments',
    says: says({
      openai: {
        messages: [{ role: 'user', content: 'Stop!' }],
        tools: [{ type: 'function', function: { name: 'halt' } }],
      },
      anthropic: {
        messages: [{ role: 'user', content: 'Stop!' }],
        tools: [{ name: 'halt', input_schema: { type: 'object', properties: {} } }],
      },
      gemini: {
        contents: [{ role: 'user', parts: [{ text: 'Stop!' }] }],
        tools: [{ functionDeclarations: [{ name: 'halt' }] }],
      },
    }),
    script: 'noargs',
    request: heard({ turns: turnsOf('Stop!'), tools: [{ name: 'halt' }] }),
    answer: { calls: [{ name: 'halt', input: {} }], stop: 'tools' },
  },
  {
    // What the limit cut is no call that can be run, and never ends as one.
    name: 'a call whose arguments the limit cut',
    case: 35,
    says: says({
      openai: { ...openAiAsk, max_completion_tokens: 4 },
      anthropic: { ...anthropicAsk, max_tokens: 4 },
      gemini: { ...geminiAsk, generationConfig: { maxOutputTokens: 4 } },
    }),
    script: 'tools',
    request: asked({ maxTokens: 4 }),
    answer: { stop: 'length' },
  },
  choice(
    'auto',
    'auto',
    {
      openai: { tool_choice: 'auto' },
      anthropic: { tool_choice: { type: 'auto' } },
      gemini: calling({ mode: 'AUTO' }),
    },
    { text: ASK },
  ),
  choice(
    'none',
    'none',
    {
      openai: { tool_choice: 'none' },
      anthropic: { tool_choice: { type: 'none' } },
      gemini: calling({ mode: 'NONE' }),
    },
    { text: ASK, calls: [] },
    'tools+echo',
  ),
  choice(
    'some tool',
    'required',
    {
      openai: { tool_choice: 'required' },
      anthropic: { tool_choice: { type: 'any' } },
      gemini: calling({ mode: 'ANY' }),
    },
    { calls: [{ name: 'get_weather' }], stop: 'tools' },
  ),
  choice(
    'this tool',
    { tool: 'get_time' },
    {
      openai: { tool_choice: { type: 'function', function: { name: 'get_time' } } },
      anthropic: { tool_choice: { type: 'tool', name: 'get_time' } },
      gemini: calling({ mode: 'ANY', allowedFunctionNames: ['get_time'] }),
    },
    { calls: [{ name: 'get_time' }], stop: 'tools' },
  ),
  choice(
    'one of these tools',
    { mode: 'required', allowed: ['get_weather', 'get_time'] },
    {
      openai: {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: {
            mode: 'required',
            tools: [
              { type: 'function', function: { name: 'get_weather' } },
              { type: 'function', function: { name: 'get_time' } },
            ],
          },
        },
      },
      gemini: calling({ mode: 'ANY', allowedFunctionNames: ['get_weather', 'get_time'] }),
    },
    { calls: [{ name: 'get_weather' }], stop: 'tools' },
    'tools',
  ),
  choice(
    'this tool or text',
    { mode: 'auto', allowed: ['get_time'] },
    {
      openai: {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'get_time' } }] },
        },
      },
      gemini: calling({ mode: 'VALIDATED', allowedFunctionNames: ['get_time'] }),
    },
    // The simulated provider heeds no list and calls the first tool that it is offered.
    { stop: 'tools' },
    'tools',
  ),
  {
    name: 'one call at a time',
    says: says({
      openai: { ...openAiAsk, tool_choice: 'auto', parallel_tool_calls: false },
      anthropic: { ...anthropicAsk, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    }),
    script: 'paralleltools',
    request: asked({ toolChoice: 'auto', parallel: false }),
    answer: { calls: [{ name: 'get_weather' }], stop: 'tools' },
  },
  {
    name: 'strict tools',
    says: says({
      openai: {
        messages: [{ role: 'user', content: ASK }],
        tools: [
          {
            type: 'function',
            function: { name: 'get_time', strict: true, parameters: { ...TIME_SCHEMA, additionalProperties: false } },
          },
        ],
      },
      anthropic: {
        messages: [{ role: 'user', content: ASK }],
        tools: [{ name: 'get_time', strict: true, input_schema: { ...TIME_SCHEMA, additionalProperties: false } }],
      },
    }),
    script: 'tools',
    request: heard({
      turns: turnsOf(ASK),
      tools: [{ name: 'get_time', strict: true, schema: { ...TIME_SCHEMA, additionalProperties: false } }],
    }),
    answer: { calls: [{ name: 'get_time' }], stop: 'tools' },
  },
  {
    name: 'a schema with references, unions and limits',
    case: 67,
    says: (() => {
      const schema = {
        type: 'object',
        $defs: {
          place: { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] },
        },
        properties: {
          from: { $ref: '#/$defs/place' },
          when: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        },
        required: ['from'],
        additionalProperties: false,
      };
      return says({
        openai: {
          messages: [{ role: 'user', content: ASK }],
          tools: [{ type: 'function', function: { name: 'travel', parameters: schema } }],
        },
        anthropic: { messages: [{ role: 'user', content: ASK }], tools: [{ name: 'travel', input_schema: schema }] },
        gemini: {
          contents: [{ role: 'user', parts: [{ text: ASK }] }],
          tools: [{ functionDeclarations: [{ name: 'travel', parametersJsonSchema: schema }] }],
        },
      });
    })(),
    script: 'text-3',
    request: heard({
      turns: turnsOf(ASK),
      tools: [
        {
          name: 'travel',
          schema: {
            type: 'object',
            $defs: {
              place: { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] },
            },
            properties: {
              from: { $ref: '#/$defs/place' },
              when: { anyOf: [{ type: 'string' }, { type: 'null' }] },
              tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
            },
            required: ['from'],
            additionalProperties: false,
          },
        },
      ],
    }),
    answer: {},
  },
  {
    name: 'a name of a tool that not every vendor allows',
    says: says({
      gemini: {
        contents: [{ role: 'user', parts: [{ text: ASK }] }],
        tools: [{ functionDeclarations: [{ name: 'weather.of:city' }] }],
      },
    }),
    script: 'noargs',
    request: heard({ turns: turnsOf(ASK), tools: [{ name: 'weather.of:city' }] }),
    answer: { calls: [{ name: 'weather.of:city', input: {} }], stop: 'tools' },
  },
];
