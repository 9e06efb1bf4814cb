import { describe, expect, it } from 'vitest';
import type { Json } from '../shared/read.ts';
import { compatible, EXACT, translate } from './support.type-test.ts';

// Fields and forms of https://platform.openai.com/docs/api-reference/chat/create; each comes back as it was sent.
const FIELDS: Record<string, Json> = {
  'audio output': { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } },
  'a custom voice': { modalities: ['text', 'audio'], audio: { voice: { id: 'voice_1' }, format: 'wav' } },
  penalties: { frequency_penalty: 0.5, presence_penalty: -1 },
  logit_bias: { logit_bias: { '50256': -100 } },
  logprobs: { logprobs: true, top_logprobs: 3 },
  max_completion_tokens: { max_completion_tokens: 100 },
  max_tokens: { max_tokens: 100 },
  metadata: { metadata: { order: '7' } },
  n: { n: 3 },
  prediction: { prediction: { type: 'content', content: 'const a = 1;' } },
  caching: {
    prompt_cache_key: 'k',
    prompt_cache_retention: '24h',
    prompt_cache_options: { mode: 'explicit', ttl: '30m' },
  },
  reasoning_effort: { reasoning_effort: 'low' },
  'no reasoning': { reasoning_effort: 'none' },
  'text format': { response_format: { type: 'text' } },
  json_object: { response_format: { type: 'json_object' } },
  json_schema: {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'city',
        description: 'A city',
        schema: { type: 'object', properties: { name: { type: 'string' } } },
        strict: true,
      },
    },
  },
  safety_identifier: { safety_identifier: 'u-1' },
  user: { user: 'u-1' },
  'user and safety_identifier': { user: 'u-1', safety_identifier: 'u-2' },
  seed: { seed: 42 },
  service_tier: { service_tier: 'flex' },
  stop: { stop: ['END', '###'] },
  store: { store: true },
  sampling: { temperature: 0.3, top_p: 0.9 },
  verbosity: { verbosity: 'low' },
  web_search_options: {
    web_search_options: {
      search_context_size: 'high',
      user_location: { type: 'approximate', approximate: { country: 'DE' } },
    },
  },
  moderation: { moderation: { model: 'omni-moderation-latest' } },
  'a field of tomorrow': { brand_new: { nested: [1, 2] } },
  'a known field of an unknown type': { temperature: 'hot' },
};

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
    strict: true,
  },
};
const SHELL = {
  type: 'custom',
  custom: {
    name: 'shell',
    description: 'Runs a command',
    format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: WORD' } },
  },
};

const TOOLS: Record<string, Json> = {
  functions: { tools: [WEATHER], parallel_tool_calls: false },
  'a function without parameters': { tools: [{ type: 'function', function: { name: 'now' } }] },
  'custom tools': { tools: [SHELL] },
  'choice auto': { tools: [WEATHER], tool_choice: 'auto' },
  'choice none': { tools: [WEATHER], tool_choice: 'none' },
  'choice required': { tools: [WEATHER], tool_choice: 'required' },
  'choice of a function': { tools: [WEATHER], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
  'choice of a custom tool': { tools: [SHELL], tool_choice: { type: 'custom', custom: { name: 'shell' } } },
  'allowed tools': {
    tools: [WEATHER, SHELL],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: {
        mode: 'required',
        tools: [
          { type: 'function', function: { name: 'get_weather' } },
          { type: 'custom', custom: { name: 'shell' } },
        ],
      },
    },
  },
  'a tool type of tomorrow': { tools: [{ type: 'teleport', range: 3 }] },
};

const messages = (...list: Json[]): Json => ({ messages: list });
const MESSAGES: Record<string, Json> = {
  'system and developer texts': messages(
    { role: 'system', content: 'Be brief.' },
    { role: 'developer', content: 'Be kind.' },
    { role: 'user', content: 'Hi' },
  ),
  'names of participants': messages({ role: 'user', name: 'ann', content: 'Hi' }),
  'several texts': messages({
    role: 'user',
    content: [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ],
  }),
  'an image by URL': messages({
    role: 'user',
    content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }],
  }),
  'an image as data': messages({
    role: 'user',
    content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
  }),
  audio: messages({
    role: 'user',
    content: [
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
    ],
  }),
  'a file as data': messages({
    role: 'user',
    content: [{ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } }],
  }),
  'a file by id': messages({ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }),
  'a cache breakpoint': messages({
    role: 'user',
    content: [{ type: 'text', text: 'A', prompt_cache_breakpoint: { mode: 'explicit' } }],
  }),
  'a part of tomorrow': messages({ role: 'user', content: [{ type: 'smell', smell: { data: 'x' } }] }),
  'an assistant': messages(
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Bye' },
  ),
  'a refusal': messages(
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, refusal: 'No.' },
    { role: 'user', content: 'Why?' },
  ),
  'a refusal beside text': messages({
    role: 'assistant',
    content: [
      { type: 'text', text: 'Well.' },
      { type: 'refusal', refusal: 'No.' },
    ],
  }),
  'earlier audio': messages(
    { role: 'assistant', content: null, audio: { id: 'audio_1' } },
    { role: 'user', content: 'Again' },
  ),
  'calls and results': messages(
    { role: 'user', content: 'Weather and time?' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'shell', input: 'date' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
    {
      role: 'tool',
      tool_call_id: 'call_2',
      content: [
        { type: 'text', text: 'noon' },
        { type: 'text', text: 'CET' },
      ],
    },
  ),
  'text before calls': messages({
    role: 'assistant',
    content: 'Let me see.',
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'now', arguments: '{}' } }],
  }),
  'broken arguments that a model wrote': messages({
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'now', arguments: '{"a":' } }],
  }),
  'fields of other vendors on a message': messages(
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'He', prefix: true },
  ),
};

describe.each(Object.entries({ ...FIELDS, ...TOOLS, ...MESSAGES }))('%s', (_, request) => {
  it('comes back as it was sent, with nothing dropped', () => {
    const { body, call } = translate(request);
    expect(body).toEqual({ messages: [{ role: 'user', content: 'Hi' }], ...request, model: 'gpt-5.4' });
    expect(call.dropped).toEqual([]);
    expect(call.inserted).toEqual([]);
  });
});

describe('what is normalised on the way', () => {
  const normalised: [string, Json, Json][] = [
    ['null counts as absent', { temperature: null, stop: null, tools: null, reasoning_effort: null }, {}],
    ['one stop sequence becomes a list', { stop: 'END' }, { stop: ['END'] }],
    ['an empty list of tools is left out', { tools: [] }, {}],
    [
      'the deprecated functions become tools',
      { functions: [{ name: 'now', parameters: {} }], function_call: { name: 'now' } },
      {
        tools: [{ type: 'function', function: { name: 'now', parameters: {} } }],
        tool_choice: { type: 'function', function: { name: 'now' } },
      },
    ],
    [
      'an image URL without its object',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://example.com/a.png' }] }] },
      {
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
      },
    ],
    [
      'a call without arguments has the empty object',
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'now', arguments: '' } }] },
        ],
      },
      {
        messages: [
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'now', arguments: '{}' } }],
          },
        ],
      },
    ],
  ];
  it.each(normalised)('%s', (_, request, expected) => {
    expect(translate(request).body).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      model: 'gpt-5.4',
      ...expected,
    });
  });

  it('keeps results of deprecated functions with their calls', () => {
    const { body } = translate({
      messages: [
        { role: 'user', content: 'Time?' },
        { role: 'assistant', content: null, function_call: { name: 'now', arguments: '{}' } },
        { role: 'function', name: 'now', content: 'noon' },
      ],
    });
    const [, assistant, result] = body['messages'] as [Json, Json, Json];
    const [call] = assistant['tool_calls'] as [Json];
    expect(call['function']).toEqual({ name: 'now', arguments: '{}' });
    expect(result).toEqual({ role: 'tool', tool_call_id: call['id'], content: 'noon' });
  });
});

describe('streaming', () => {
  it('asks for usage whether or not the client did', () => {
    expect(translate({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(
      translate({ stream: true, stream_options: { include_usage: false, include_obfuscation: false } }).body[
        'stream_options'
      ],
    ).toEqual({ include_obfuscation: false, include_usage: true });
  });
  it('does not ask an API that refuses the option', () => {
    expect(translate({ stream: true }, compatible({ streamUsage: false })).body).not.toHaveProperty('stream_options');
  });
  it('says nothing of streams otherwise', () => {
    expect(translate({ stream: false, stream_options: { include_usage: true } }, EXACT).body).toEqual({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content: 'Hi' }],
    });
  });
});
