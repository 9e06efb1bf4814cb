import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { ChatRequest, Message } from '../../chat/request.ts';
import type { Peek, Target, UpstreamCall } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { bodyOf, exchange, ROW, target } from './support.type-test.ts';

const HELLO: Message = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const text = (words: string): Part => ({ type: 'text', text: words });
const message = (role: Message['role'], ...content: (Part | string)[]): Message => ({
  role,
  content: content.map((part) => (typeof part === 'string' ? text(part) : part)),
});

function render(request: Partial<ChatRequest>, to: Target = target(), peek: Partial<Peek> = {}): UpstreamCall {
  return anthropicMessages.client.render({ messages: [HELLO], maxOutputTokens: 100, ...request }, to, exchange(peek));
}

const body = (request: Partial<ChatRequest>, model?: string): Json => bodyOf(render(request, target(model)));
/** The blocks of one message as sent. */
const blocksOf = (list: readonly Json[], at: number): Json[] => (list[at]?.content ?? []) as Json[];
const messages = (...list: Message[]): unknown => body({ messages: list }).messages;

describe('the call', () => {
  test('goes to the messages endpoint below a base URL without version, with no header but the content type', () => {
    expect(render({})).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: { 'content-type': 'application/json' },
      stream: false,
    });
    expect(bodyOf(render({}))).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    });
  });

  test('asks for a stream when the client did', () => {
    expect(bodyOf(render({}, target(), { stream: true })).stream).toBe(true);
  });

  test("takes the row's path, spellings and refusals", () => {
    const row = {
      ...ROW,
      paths: { chat: '/anthropic/{model}/messages' },
      rename: { max_tokens: 'max_output' },
      drop: ['top_k'],
    };
    const upstream = render({ topK: 5 }, target('m/1', { row }));
    expect(upstream.path).toBe('/anthropic/m%2F1/messages');
    expect(bodyOf(upstream)).toEqual({ model: 'm/1', max_output: 100, messages: [{ role: 'user', content: 'Hello' }] });
    expect(upstream.dropped).toEqual(['top_k']);
  });
});

describe('max_tokens, which the API requires', () => {
  test.each([
    ["the client's", { maxOutputTokens: 77 }, {}, 77, []],
    ["else the model's documented maximum", {}, { maxOutputTokens: 64_000 }, 64_000, ['max_tokens=64000']],
    ['else 8192', {}, {}, 8192, ['max_tokens=8192']],
  ])('is %s', (_name, request, more, tokens, inserted) => {
    const upstream = anthropicMessages.client.render({ messages: [HELLO], ...request }, target('m', more), exchange());
    expect(bodyOf(upstream).max_tokens).toBe(tokens);
    expect(upstream.inserted).toEqual(inserted);
  });
});

describe('system and developer messages', () => {
  test('that lead become the system prompt', () => {
    expect(body({ messages: [message('system', 'One.'), message('developer', 'Two.'), HELLO] })).toMatchObject({
      system: [
        { type: 'text', text: 'One.' },
        { type: 'text', text: 'Two.' },
      ],
      messages: [{ role: 'user', content: 'Hello' }],
    });
  });

  test('in the middle keep their role and place where the model takes them', () => {
    const upstream = render(
      {
        messages: [
          HELLO,
          message('developer', 'Be terse.'),
          message('system', 'Be kind.'),
          message('assistant', 'Hi'),
          HELLO,
        ],
      },
      target('claude-opus-4-8'),
    );
    expect(bodyOf(upstream).messages).toEqual([
      { role: 'user', content: 'Hello' },
      {
        role: 'system',
        content: [
          { type: 'text', text: 'Be terse.' },
          { type: 'text', text: 'Be kind.' },
        ],
      },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Hello' },
    ]);
    expect(upstream.dropped).toEqual([]);
  });

  test.each([
    ['an older model', 'claude-sonnet-4-5', [HELLO, message('system', 'S'), message('assistant', 'A'), HELLO]],
    [
      'a place before a user message',
      'claude-opus-4-8',
      [HELLO, message('assistant', 'A'), message('system', 'S'), HELLO],
    ],
  ])('become user text, reported, for %s', (_name, model, list) => {
    const upstream = render({ messages: list }, target(model));
    const at = list.findIndex((entry) => entry.role === 'system');
    expect(upstream.dropped).toEqual([`messages.${at}.role`]);
    expect(JSON.stringify(bodyOf(upstream).messages)).toContain('{"type":"text","text":"S"}');
    expect((bodyOf(upstream).messages as Json[]).map((entry) => entry.role)).not.toContain('system');
  });

  test('alone are asked as a user message, since the API wants one', () => {
    const upstream = render({ messages: [message('system', 'Say hi.')] });
    expect(bodyOf(upstream)).toMatchObject({ messages: [{ role: 'user', content: 'Say hi.' }] });
    expect(upstream.dropped).toEqual(['messages.0.role']);
  });
});

describe('messages', () => {
  test('of one role in a row become one', () => {
    expect(
      messages(message('user', 'a'), message('user', 'b'), message('assistant', 'c'), message('assistant', 'd')),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'c' },
          { type: 'text', text: 'd' },
        ],
      },
    ]);
  });

  test('of role tool become tool_result blocks that come first in the user message', () => {
    const calls: Part[] = [
      { type: 'tool-call', callId: 'call_1', name: 'a', input: '{}' },
      { type: 'tool-call', callId: 'call_2', name: 'b', input: '{"x":1}' },
    ];
    const result = (callId: string): Message => ({
      role: 'tool',
      content: [{ type: 'tool-result', callId, content: [{ type: 'text', text: `of ${callId}` }] }],
    });
    expect(
      messages(HELLO, message('assistant', ...calls), message('user', 'Also:'), result('call_1'), result('call_2')),
    ).toEqual([
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'a', input: {} },
          { type: 'tool_use', id: 'call_2', name: 'b', input: { x: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'of call_1' },
          { type: 'tool_result', tool_use_id: 'call_2', content: 'of call_2' },
          { type: 'text', text: 'Also:' },
        ],
      },
    ]);
  });

  test('case 64: a tool result without its call is not taken out of the history', () => {
    const orphan: Message = {
      role: 'tool',
      content: [{ type: 'tool-result', callId: 'call_9', content: [{ type: 'text', text: 'late' }] }],
    };
    expect(messages(orphan, message('user', 'Well?'))).toEqual([
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_9', content: 'late' },
          { type: 'text', text: 'Well?' },
        ],
      },
    ]);
  });

  test('case 65: a tool call before text goes behind it', () => {
    const call: Part = { type: 'tool-call', callId: 'c', name: 'a', input: '{}' };
    expect(messages(HELLO, message('assistant', call, 'Calling.'))).toMatchObject([
      {},
      { content: [{ type: 'text', text: 'Calling.' }, { type: 'tool_use' }] },
    ]);
  });

  test.each(['', ' ', '\n', ' \t\n '])('case 66: a blank text (%j) is not sent', (blank) => {
    expect(messages(message('user', blank, 'Hello'), message('assistant', 'Hi', blank), HELLO)).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Hello' },
    ]);
    expect(messages(HELLO, message('assistant', blank), HELLO)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello' },
          { type: 'text', text: 'Hello' },
        ],
      },
    ]);
  });

  test('case 66: a blank last user message becomes a placeholder, so that the answer before it is not continued', () => {
    const upstream = render({ messages: [HELLO, message('assistant', 'Hi'), message('user', '')] });
    expect(bodyOf(upstream).messages).toMatchObject([{}, {}, { role: 'user', content: '(empty)' }]);
    expect(upstream.inserted).toEqual(['messages.2.content=(empty)']);
  });

  test('case 66: an empty tool result has no content', () => {
    const result: Message = {
      role: 'tool',
      content: [{ type: 'tool-result', callId: 'c', content: [{ type: 'text', text: '' }], isError: false }],
    };
    expect(messages(result)).toEqual([
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', is_error: false }] },
    ]);
  });

  test('name their speaker nowhere, which is reported', () => {
    expect(render({ messages: [{ ...HELLO, name: 'ann' }] }).dropped).toEqual(['messages.0.name']);
  });
});

describe('parts that have a counterpart', () => {
  test.each<[string, Part, Json]>([
    [
      'image by URL',
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'high' },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ],
    [
      'image as base64',
      { type: 'image', source: { kind: 'base64', data: 'AAA=', mediaType: 'image/png' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAA=' } },
    ],
    [
      'PDF',
      { type: 'file', name: 'a.pdf', source: { kind: 'base64', data: 'JVBERg==', mediaType: 'application/pdf' } },
      { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' } },
    ],
    [
      'text file',
      { type: 'file', source: { kind: 'base64', data: 'w6Q=', mediaType: 'text/markdown' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ä' } },
    ],
    [
      'file that is an image',
      { type: 'file', source: { kind: 'base64', data: 'AAA=', mediaType: 'image/webp' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'AAA=' } },
    ],
    [
      'cached text',
      { type: 'text', text: 'x', cache: { ttl: '1h' } },
      { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
  ])('%s', (_name, part, block) => {
    expect(messages(message('user', part, 'and'))).toEqual([
      { role: 'user', content: [block, { type: 'text', text: 'and' }] },
    ]);
  });

  test('an image whose detail was asked for is sent without it, which is reported', () => {
    const image = (detail: string): Part => ({
      type: 'image',
      source: { kind: 'url', url: 'https://example.com/a.png' },
      detail,
    });
    expect(render({ messages: [message('user', image('low'), image('auto'))] }).dropped).toEqual([
      'messages.0.content.0.detail',
    ]);
  });

  test('a refusal in the history is what the assistant said', () => {
    expect(messages(HELLO, message('assistant', { type: 'refusal', text: 'No.' }))).toMatchObject([
      {},
      { role: 'assistant', content: 'No.' },
    ]);
  });
});

describe('parts that have none are reported where they stood', () => {
  test.each<[Message['role'], Part, string]>([
    ['user', { type: 'audio', source: { kind: 'base64', data: 'AAA=', mediaType: 'audio/wav' } }, 'audio'],
    ['user', { type: 'video', source: { kind: 'url', url: 'https://example.com/a.mp4' } }, 'video'],
    ['user', { type: 'file', source: { kind: 'base64', data: 'AAA=', mediaType: 'application/zip' } }, 'file'],
    ['user', { type: 'native', format: 'gemini', name: 'functionResponse', value: {} }, 'functionResponse'],
    ['assistant', { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }, 'image'],
    [
      'assistant',
      { type: 'server-tool-call', callId: 'x', name: 'code', input: '{}', origin: { format: 'gemini' } },
      'server-tool-call',
    ],
    ['system', { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }, 'image'],
  ])('%s: %s', (role, part, name) => {
    const upstream = render({ messages: [message(role, 'See:', part), HELLO] });
    expect(upstream.dropped).toEqual([`messages.0.content.1 (${name})`]);
  });

  test('inside a tool result as well', () => {
    const audio = { type: 'audio' as const, source: { kind: 'base64' as const, data: 'AAA=', mediaType: 'audio/wav' } };
    expect(
      render({ messages: [{ role: 'tool', content: [{ type: 'tool-result', callId: 'c', content: [audio] }] }] })
        .dropped,
    ).toEqual(['messages.0.content.0.content.0 (audio)']);
  });

  test('citations of another provider can not be sent', () => {
    const cited: Part = { type: 'text', text: 'x', annotations: [{ kind: 'url', url: 'https://example.com' }] };
    const upstream = render({ messages: [HELLO, message('assistant', cited), HELLO] });
    expect(upstream.dropped).toEqual(['messages.1.content.0.annotations']);
    expect(bodyOf(upstream).messages).toMatchObject([{}, { content: 'x' }, {}]);
  });
});

describe('tool calls in the history', () => {
  const sent = (input: string): Json => {
    const upstream = render({
      messages: [HELLO, message('assistant', { type: 'tool-call', callId: 'c', name: 'a', input })],
    });
    return {
      input: blocksOf(bodyOf(upstream).messages as Json[], 1)[0]?.input,
      dropped: upstream.dropped,
    };
  };

  test.each(['', ' ', '{}'])('without arguments (%j) have an empty object', (input) => {
    expect(sent(input)).toEqual({ input: {}, dropped: [] });
  });

  test.each(['{"city":"Par', '[1]', '"x"', 'null', 'not json'])(
    'whose input is no object (%j) keep its text, reported',
    (input) => {
      expect(sent(input)).toEqual({ input: { _raw: input }, dropped: ['messages.1.content.0.input'] });
    },
  );

  test('have ids that the API takes, the same for call and result, and never two calls one id', () => {
    const result = (callId: string): Part => ({ type: 'tool-result', callId, content: [{ type: 'text', text: 'r' }] });
    const call = (callId: string): Part => ({ type: 'tool-call', callId, name: 'a', input: '{}' });
    const list = messages(
      HELLO,
      message('assistant', call('fc:1.2'), call('fc_1_2')),
      message('tool', result('fc_1_2'), result('fc:1.2')),
    ) as Json[];
    const used = blocksOf(list, 1).map((block) => String(block.id));
    const answered = blocksOf(list, 2).map((block) => String(block.tool_use_id));
    expect(used.every((id) => /^[a-zA-Z0-9_-]+$/.test(id))).toBe(true);
    expect(new Set(used).size).toBe(2);
    expect(used[1]).toBe('fc_1_2');
    expect(answered).toEqual([used[1], used[0]]);
  });
});

describe('tools', () => {
  test('without parameters have an empty schema, and one without a type is an object', () => {
    expect(
      body({
        tools: [
          { type: 'function', name: 'now' },
          { type: 'function', name: 'at', inputSchema: { properties: { zone: {} } } },
        ],
      }).tools,
    ).toEqual([
      { name: 'now', input_schema: { type: 'object', properties: {} } },
      { name: 'at', input_schema: { type: 'object', properties: { zone: {} } } },
    ]);
  });

  test('whose names the API refuses are renamed everywhere, and renamed back in the answer', () => {
    const long = `${'x'.repeat(130)}`;
    const upstream = render({
      tools: [
        { type: 'function', name: 'db.query' },
        { type: 'function', name: long },
        { type: 'function', name: 'db_query' },
      ],
      toolChoice: { type: 'tool', name: 'db.query' },
      messages: [HELLO, message('assistant', { type: 'tool-call', callId: 'c', name: 'db.query', input: '{}' })],
    });
    const sent = bodyOf(upstream);
    const names = (sent.tools as Json[]).map((tool) => String(tool.name));
    expect(names.every((name) => /^[a-zA-Z0-9_-]{1,128}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(3);
    expect(names[2]).toBe('db_query');
    expect(sent.tool_choice).toEqual({ type: 'tool', name: names[0] });
    expect(sent.messages).toMatchObject([{}, { content: [{ name: names[0] }] }]);
    const reply = anthropicMessages.client.parse(
      {
        type: 'message',
        content: names.map((name) => ({ type: 'tool_use', id: 'i', name, input: {} })),
        stop_reason: 'tool_use',
      },
      upstream,
      exchange(),
    );
    expect(reply).toMatchObject({
      choices: [{ content: [{ name: 'db.query' }, { name: long }, { name: 'db_query' }] }],
    });
  });

  test('of other vendors and free-text tools are reported', () => {
    const upstream = render({
      tools: [
        { type: 'server', format: 'gemini', name: 'googleSearch', value: {} },
        { type: 'custom', name: 'patch' },
        { type: 'function', name: 'a' },
      ],
    });
    expect(upstream.dropped).toEqual(['tools.0 (googleSearch)', 'tools.1 (custom)']);
    expect(bodyOf(upstream).tools).toHaveLength(1);
  });

  test.each<[string, Partial<ChatRequest>, unknown]>([
    ['nothing asked', {}, undefined],
    ['required', { toolChoice: { type: 'required' } }, { type: 'any' }],
    ['no parallel calls', { parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    ['parallel calls, which is the default', { parallelToolCalls: true }, undefined],
    ['none takes no flag', { toolChoice: { type: 'none' }, parallelToolCalls: false }, { type: 'none' }],
  ])('choice: %s', (_name, request, choice) => {
    expect(body({ tools: [{ type: 'function', name: 'a' }], ...request }).tool_choice).toEqual(choice);
  });

  test('that are not allowed are left out', () => {
    const upstream = render({
      tools: [
        { type: 'function', name: 'a' },
        { type: 'function', name: 'b' },
      ],
      toolChoice: { type: 'required', allowed: ['b'] },
    });
    expect(bodyOf(upstream)).toMatchObject({ tools: [{ name: 'b' }], tool_choice: { type: 'any' } });
  });

  test.each<[string, Partial<ChatRequest>, string, Json | undefined]>([
    ['while the model thinks', { reasoning: { effort: 'low' } }, 'claude-opus-4-6', { type: 'auto' }],
    ['on models that refuse it', {}, 'claude-opus-5-5', { type: 'auto' }],
    ['where there are no tools', { tools: [] }, 'claude-opus-4-6', undefined],
  ])('can not be forced %s, which is reported', (_name, request, model, choice) => {
    const upstream = render(
      { tools: [{ type: 'function', name: 'a' }], toolChoice: { type: 'tool', name: 'a' }, ...request },
      target(model),
    );
    expect(upstream.dropped).toEqual(['tool_choice']);
    expect(bodyOf(upstream).tool_choice).toEqual(choice);
  });
});

describe('options', () => {
  test('case 70: what has no counterpart is reported by name, and neutral values are not', () => {
    const upstream = render({
      n: 2,
      seed: 1,
      frequencyPenalty: 0.5,
      presencePenalty: -1,
      logprobs: true,
      topLogprobs: 3,
      logitBias: { '50256': -100 },
      modalities: ['text', 'audio'],
      audio: { format: 'mp3' },
      metadata: { a: 'b' },
      responseFormat: { type: 'json' },
      serviceTier: 'flex',
      extensions: { 'openai-chat': { verbosity: 'low', prediction: {} } },
    });
    expect([...upstream.dropped].sort()).toEqual([
      'audio',
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'metadata',
      'modalities',
      'n',
      'prediction',
      'presence_penalty',
      'response_format',
      'seed',
      'service_tier',
      'top_logprobs',
      'verbosity',
    ]);
    expect(
      render({
        n: 1,
        frequencyPenalty: 0,
        presencePenalty: 0,
        logprobs: false,
        logitBias: {},
        modalities: ['text'],
        metadata: {},
        responseFormat: { type: 'text' },
      }).dropped,
    ).toEqual([]);
  });

  test('user, tier and stops are spelled as here', () => {
    expect(body({ user: 'u1', serviceTier: 'default', stop: ['END', ' \n'] })).toMatchObject({
      metadata: { user_id: 'u1' },
      service_tier: 'standard_only',
      stop_sequences: ['END'],
    });
    expect(render({ stop: [' \n'] }).dropped).toEqual(['stop']);
  });

  test('a JSON schema is closed where it was open, which is listed', () => {
    const upstream = render({
      responseFormat: {
        type: 'json-schema',
        name: 'x',
        schema: {
          type: 'object',
          properties: { list: { type: 'array', items: { type: 'object', properties: {} } } },
          enum: [{ type: 'object' }],
        },
      },
    });
    expect(bodyOf(upstream).output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          additionalProperties: false,
          enum: [{ type: 'object' }],
          properties: {
            list: { type: 'array', items: { type: 'object', properties: {}, additionalProperties: false } },
          },
        },
      },
    });
    expect(upstream.inserted).toEqual(['response_format.additionalProperties=false']);
  });

  test('the description of a format without a place of its own stands in its schema', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const formatOf = (given: Json): unknown =>
      body({ responseFormat: { type: 'json-schema', description: 'An event.', schema: given } }).output_config;
    expect(formatOf(schema)).toEqual({
      format: { type: 'json_schema', schema: { ...schema, description: 'An event.' } },
    });
    const own = { ...schema, description: 'Its own.' };
    expect(formatOf(own)).toEqual({ format: { type: 'json_schema', schema: own } });
  });

  test('a property that is called like a keyword keeps its schema', () => {
    const schema = {
      type: 'object',
      properties: { default: { type: 'object', properties: {} }, properties: { type: 'string' } },
      additionalProperties: false,
    };
    expect(body({ responseFormat: { type: 'json-schema', schema } })).toMatchObject({
      output_config: {
        format: {
          schema: { properties: { default: { additionalProperties: false }, properties: { type: 'string' } } },
        },
      },
    });
  });

  test.each<[string, Partial<ChatRequest>, string, Json, string[]]>([
    [
      'newer models refuse sampling',
      { temperature: 0.5, topP: 0.9, topK: 5 },
      'claude-opus-4-7',
      {},
      ['temperature', 'top_p', 'top_k'],
    ],
    [
      'newer models take neutral values',
      { temperature: 1, topP: 0.99 },
      'claude-opus-5',
      { temperature: 1 },
      ['top_p'],
    ],
    [
      'thinking goes with no temperature and a high top_p only',
      { temperature: 0.5, topP: 0.96, topK: 5, reasoning: { budget: 50 } },
      'claude-sonnet-4-5',
      { top_p: 0.96 },
      ['temperature', 'top_k'],
    ],
    [
      'some models take one of temperature and top_p',
      { temperature: 0.5, topP: 0.9 },
      'claude-sonnet-4-5',
      { temperature: 0.5 },
      ['top_p'],
    ],
    [
      'unknown models judge by themselves',
      { temperature: 1.5, topP: 0.9, topK: 5 },
      'glm-5',
      { temperature: 1.5, top_p: 0.9, top_k: 5 },
      [],
    ],
  ])('sampling: %s', (_name, request, model, sampling, dropped) => {
    const upstream = render(request, target(model));
    const { temperature, top_p, top_k } = bodyOf(upstream);
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(sampling);
    expect(upstream.dropped).toEqual(dropped);
  });

  test('of the provider are merged in, but never what decisions rest on', () => {
    const providerOptions = {
      'anthropic-messages': {
        inference_geo: 'us',
        betas: ['a-1'],
        model: 'other',
        stream: true,
        max_tokens: 9,
        messages: [],
        system: 'Obey.',
        tools: [],
        tool_choice: { type: 'none' },
      },
      anthropic: {
        inference_geo: 'eu',
        anthropic_beta: ['b-1'],
        output_config: { task_budget: { type: 'tokens', total: 5 } },
      },
      gemini: { safetySettings: [] },
    };
    const upstream = render({ providerOptions, reasoning: { effort: 'high' } }, target('claude-opus-5'));
    expect(bodyOf(upstream)).toMatchObject({
      model: 'claude-opus-5',
      max_tokens: 100,
      inference_geo: 'eu',
      output_config: { effort: 'high', task_budget: { total: 5 } },
      messages: [{ content: 'Hello' }],
    });
    for (const name of ['stream', 'safetySettings', 'system', 'tools', 'tool_choice'])
      expect(bodyOf(upstream)).not.toHaveProperty(name);
    expect(upstream.dropped).toEqual(
      ['model', 'stream', 'max_tokens', 'messages', 'system', 'tools', 'tool_choice'].map(
        (name) => `providerOptions.anthropic-messages.${name}`,
      ),
    );
    expect(upstream.headers['anthropic-beta']).toBe('a-1,b-1');
  });

  test('that make the provider dial out pass only when the request was authorised for them', () => {
    const providerOptions = {
      anthropic: { mcp_servers: [{ type: 'url', url: 'https://internal.example', name: 'x' }] },
    };
    const upstream = render({ providerOptions });
    expect(bodyOf(upstream)).not.toHaveProperty('mcp_servers');
    expect(upstream.dropped).toEqual(['providerOptions.anthropic.mcp_servers']);
    expect(bodyOf(render({ providerOptions }, target(), { remoteTools: true }))).toHaveProperty('mcp_servers');
  });
});

describe('case 73', () => {
  test('one request makes one sequence of bytes, whatever the order of its options', () => {
    const request: Partial<ChatRequest> = {
      temperature: 0.3,
      user: 'u',
      tools: [
        { type: 'function', name: 'b' },
        { type: 'function', name: 'a' },
      ],
      stop: ['x'],
    };
    const turned = Object.fromEntries(Object.entries(request).reverse()) as Partial<ChatRequest>;
    const hash = (upstream: UpstreamCall): string => createHash('sha256').update(String(upstream.body)).digest('hex');
    expect(hash(render(turned))).toBe(hash(render(request)));
    expect((bodyOf(render(request)).tools as Json[]).map((tool) => tool.name)).toEqual(['b', 'a']);
  });
});
