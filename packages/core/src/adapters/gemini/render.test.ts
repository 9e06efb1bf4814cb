import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { ChatRequest, Message } from '../../chat/request.ts';
import type { Exchange, Target } from '../adapter.ts';
import { gemini } from './index.ts';

const row: Target['row'] = {
  format: 'gemini',
  auth: 'none',
  apiKeyEnv: [],
  serves: ['chat'],
  source: 'https://ai.google.dev/api',
};
const target = (model = 'gemini-3.5-flash'): Target => ({ provider: 'google', model, row });
const exchange = (stream = false): Exchange => ({
  id: 'x',
  created: 1,
  model: 'm',
  peek: { model: 'm', stream },
  newId: (prefix) => `${prefix}new`,
});

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...content: Part[]): Message => ({ role: 'user', content });
const assistant = (...content: Part[]): Message => ({ role: 'assistant', content });
const tool = (callId: string, words: string, more: object = {}): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, content: [{ type: 'text', text: words }], ...more }],
});
const call = (callId: string, name: string, input = '{}', more: object = {}): Part => ({
  type: 'tool-call',
  callId,
  name,
  input,
  ...more,
});
const HI = [user(text('Hi'))];

interface Sent {
  body: Record<string, unknown>;
  dropped: readonly string[];
  inserted: readonly string[];
}
function send(request: Partial<ChatRequest>, model?: string): Sent {
  const { body, dropped, inserted } = gemini.client.render({ messages: HI, ...request }, target(model), exchange());
  return { body: JSON.parse(String(body)) as Record<string, unknown>, dropped, inserted };
}
const config = (request: Partial<ChatRequest>, model?: string): unknown =>
  send(request, model).body['generationConfig'];

describe('the path of a call', () => {
  it.each([
    ['gemini-3-pro', '/models/gemini-3-pro:generateContent'],
    ['models/gemini-3-pro', '/models/gemini-3-pro:generateContent'],
    ['tunedModels/my-tune', '/tunedModels/my-tune:generateContent'],
    ['a/b c', '/models/a%2Fb%20c:generateContent'],
  ])('names the model %s as %s', (model, path) => {
    expect(gemini.client.render({ messages: HI }, target(model), exchange()).path).toBe(path);
  });

  it('asks for server-sent events on a stream', () => {
    expect(gemini.client.render({ messages: HI }, target('g'), exchange(true))).toMatchObject({
      path: '/models/g:streamGenerateContent?alt=sse',
      stream: true,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each(['..', 'models/../x', 'tunedModels/..', 'models/'])(
    'never leaves its place for a model called %j',
    (model) => {
      expect(() => gemini.client.render({ messages: HI }, target(model), exchange())).toThrow(
        expect.objectContaining({ code: 'model_not_found' }),
      );
    },
  );

  it('follows a row that has its own paths', () => {
    const own = { ...target('g'), row: { ...row, paths: { chat: '/publishers/{model}:{action}?x=1' } } };
    expect(gemini.client.render({ messages: HI }, own, exchange(true)).path).toBe(
      '/publishers/models/g:streamGenerateContent?x=1&alt=sse',
    );
  });
});

describe('messages', () => {
  it('become contents of user and model, in a row merged, instructions first', () => {
    const { body, dropped } = send({
      messages: [
        { role: 'system', content: [text('s')] },
        { role: 'developer', content: [text('d')] },
        user(text('a')),
        user(text('b')),
        assistant(text('c')),
        assistant(text('d')),
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 's' }, { text: 'd' }] },
      contents: [
        { parts: [{ text: 'a' }, { text: 'b' }], role: 'user' },
        { parts: [{ text: 'c' }, { text: 'd' }], role: 'model' },
      ],
    });
    expect(dropped).toEqual([]);
  });

  it('that instruct in the middle go to the front, and their place is reported', () => {
    const { body, dropped } = send({
      messages: [user(text('a')), { role: 'system', content: [text('s')] }, user(text('b'))],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 's' }] },
      contents: [{ parts: [{ text: 'a' }, { text: 'b' }], role: 'user' }],
    });
    expect(dropped).toEqual(['messages.1.role']);
  });

  it('that only instruct are asked as a user would, since there must be a content', () => {
    const { body, inserted } = send({ messages: [{ role: 'system', content: [text('Say hello.')] }] });
    expect(body).toEqual({ contents: [{ parts: [{ text: 'Say hello.' }], role: 'user' }] });
    expect(inserted).toEqual(['contents=systemInstruction']);
  });

  it('lose names, refusals become text, empty ones vanish (case 66)', () => {
    const { body, dropped } = send({
      messages: [
        { ...user(text('a')), name: 'bob' },
        assistant({ type: 'refusal', text: 'No.' }, text('')),
        user(text('')),
        user(text(' ')),
      ],
    });
    expect(body['contents']).toEqual([
      { parts: [{ text: 'a' }], role: 'user' },
      { parts: [{ text: 'No.' }], role: 'model' },
      { parts: [{ text: ' ' }], role: 'user' },
    ]);
    expect(dropped).toEqual(['messages.0.name']);
  });
});

describe('tool calls and results', () => {
  it('answer in one content in the order of the calls, whatever order they came in', () => {
    const messages = [
      ...HI,
      assistant(call('a', 'f', '{"x":1}'), call('b', 'g')),
      tool('b', 'second'),
      tool('a', '{"n":1}'),
    ];
    expect(send({ messages }, 'gemini-2.5-flash').body['contents']).toEqual([
      { parts: [{ text: 'Hi' }], role: 'user' },
      {
        parts: [
          { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
          { functionCall: { id: 'b', name: 'g', args: {} } },
        ],
        role: 'model',
      },
      {
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { n: 1 } } },
          { functionResponse: { id: 'b', name: 'g', response: { result: 'second' } } },
        ],
        role: 'user',
      },
    ]);
  });

  it.each([
    ['plain text', 'sunny', false, { result: 'sunny' }],
    ['an object', '{"a":[1]}', false, { a: [1] }],
    ['a list', '[1,2]', false, { result: '[1,2]' }],
    ['a number', '7', false, { result: '7' }],
    ['broken JSON', '{"a":', false, { result: '{"a":' }],
    ['an error text', 'boom', true, { error: 'boom' }],
    ['an error object', '{"code":5}', true, { error: { code: 5 } }],
    ['nothing', '', false, { result: '' }],
  ])('give %s as an object', (_, words, isError, response) => {
    const { body } = send({
      messages: [...HI, assistant(call('a', 'f')), tool('a', words, isError ? { isError } : {})],
    });
    expect(JSON.stringify(body['contents'])).toContain(
      JSON.stringify({ functionResponse: { id: 'a', name: 'f', response } }),
    );
  });

  it('of a call that is not in the history keep their own name (case 64: tool_result stripped as orphan)', () => {
    const { body } = send({ messages: [...HI, tool('lost', 'x', { name: 'f' })] });
    expect(body['contents']).toEqual([
      {
        parts: [{ text: 'Hi' }, { functionResponse: { id: 'lost', name: 'f', response: { result: 'x' } } }],
        role: 'user',
      },
    ]);
  });

  it('with broken or free-text arguments lose none of it', () => {
    const { body } = send(
      {
        messages: [
          ...HI,
          assistant(
            call('a', 'f', '{"x":'),
            call('b', 'g', 'free', { custom: true }),
            call('c', 'h', '[1]'),
            call('d', 'i', ''),
          ),
        ],
      },
      'gemini-2.5-pro',
    );
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
      { functionCall: { id: 'a', name: 'f', args: { input: '{"x":' } } },
      { functionCall: { id: 'b', name: 'g', args: { input: 'free' } } },
      { functionCall: { id: 'c', name: 'h', args: { input: '[1]' } } },
      { functionCall: { id: 'd', name: 'i', args: {} } },
    ]);
  });

  const photo: Message = {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        callId: 'a',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
        ],
      },
    ],
  };
  const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };

  it('carry media inside the result for Gemini 3', () => {
    const { body } = send({ messages: [...HI, assistant(call('a', 'f')), photo] }, 'gemini-3-flash-preview');
    expect((body['contents'] as { parts: unknown[] }[])[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { result: 'see' }, parts: [image] } },
    ]);
  });

  it('are followed by their media for older models', () => {
    const { body, dropped } = send({ messages: [...HI, assistant(call('a', 'f')), photo] }, 'gemini-2.5-flash');
    expect((body['contents'] as { parts: unknown[] }[])[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { result: 'see' } } },
      image,
    ]);
    expect(dropped).toEqual([]);
  });
});

describe('signatures', () => {
  const signed = (origin: object): Message =>
    assistant(
      { type: 'reasoning', text: 'hm', signature: 'U0lH', origin: { format: 'gemini', ...origin } },
      call('a', 'f', '{}', { signature: 'U0lH', origin: { format: 'gemini', ...origin } }),
    );

  it.each([[{}], [{ provider: 'google' }], [{ provider: 'google', model: 'gemini-2.5-pro' }]])(
    'of origin %j go back on their own part',
    (origin) => {
      const { body, dropped, inserted } = send({ messages: [...HI, signed(origin), tool('a', 'x')] });
      expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
        { text: 'hm', thought: true, thoughtSignature: 'U0lH' },
        { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'U0lH' },
      ]);
      expect([dropped, inserted]).toEqual([[], []]);
    },
  );

  it.each([
    [{ provider: 'vertex' }],
    [{ format: 'anthropic-messages', provider: 'anthropic' }],
    [{ format: 'openai-chat' }],
  ])('of origin %j are dropped and reported', (origin) => {
    const { body, dropped } = send({ messages: [...HI, signed(origin), tool('a', 'x')] }, 'gemini-2.5-flash');
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
      { functionCall: { id: 'a', name: 'f', args: {} } },
    ]);
    expect(dropped).toEqual(['reasoning']);
  });

  it('that nobody issued are dropped and reported', () => {
    const { body, dropped } = send({
      messages: [
        ...HI,
        assistant({ type: 'text', text: 'a', signature: 'U0lH' }, { type: 'reasoning', text: 'b', encrypted: 'x' }),
        user(text('c')),
      ],
    });
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([{ text: 'a' }]);
    expect(dropped).toEqual(['reasoning']);
  });

  const dummy = { thoughtSignature: 'skip_thought_signature_validator' };

  it('are stood in for on the first call of each step of the current turn, for Gemini 3', () => {
    const messages = [
      ...HI,
      assistant(call('z', 'f')),
      tool('z', '1'),
      user(text('next')),
      assistant(text('ok'), call('a', 'f'), call('b', 'g')),
      tool('a', '1'),
      tool('b', '2'),
      assistant(call('c', 'h')),
      tool('c', '3'),
    ];
    const { body, inserted } = send({ messages }, 'gemini-3-pro-preview');
    const contents = body['contents'] as { parts: Record<string, unknown>[] }[];
    expect(contents[1]?.parts[0]).not.toHaveProperty('thoughtSignature');
    expect(contents[3]?.parts).toMatchObject([
      { text: 'ok' },
      { functionCall: { id: 'a' }, ...dummy },
      { functionCall: { id: 'b' } },
    ]);
    expect(contents[3]?.parts[2]).not.toHaveProperty('thoughtSignature');
    expect(contents[5]?.parts).toMatchObject([{ functionCall: { id: 'c' }, ...dummy }]);
    expect(inserted).toEqual(['thoughtSignature=skip_thought_signature_validator']);
  });

  it('are not stood in for on models that need none', () => {
    expect(send({ messages: [...HI, assistant(call('a', 'f')), tool('a', '1')] }, 'gemini-2.5-pro').inserted).toEqual(
      [],
    );
  });
});

describe('media', () => {
  const image = (url: string, more: object = {}): Message[] => [
    user({ type: 'image', source: { kind: 'url', url }, ...more }),
  ];
  const parts = (messages: Message[], model?: string): unknown =>
    (send({ messages }, model).body['contents'] as { parts: unknown }[])[0]?.parts;

  it.each([
    ['https://example.com/cat.PNG?x=1', { mimeType: 'image/png', fileUri: 'https://example.com/cat.PNG?x=1' }],
    ['https://example.com/cat', { fileUri: 'https://example.com/cat' }],
    ['https://youtu.be/abc', { fileUri: 'https://youtu.be/abc' }],
  ])('by the URL %s goes as a file URI', (url, fileData) => {
    expect(parts(image(url))).toEqual([{ fileData }]);
  });

  it('of a Cloud Storage URI goes as a file URI (case 68: gs:// image dropped)', () => {
    expect(
      parts([user({ type: 'image', source: { kind: 'file', fileId: 'gs://b/c.png', mediaType: 'image/png' } })]),
    ).toEqual([{ fileData: { mimeType: 'image/png', fileUri: 'gs://b/c.png' } }]);
  });

  it.each([
    ['plain http', image('http://example.com/cat.png'), undefined],
    ['a model before 2.5', image('https://example.com/cat.png'), 'gemini-2.0-flash'],
    ['a file of another provider', [user({ type: 'file', source: { kind: 'file', fileId: 'file-abc' } })], undefined],
  ] as [string, Message[], string | undefined][])('is refused for %s', (_, messages, model) => {
    expect(() => send({ messages }, model)).toThrow(
      expect.objectContaining({ code: 'media_url_unsupported', param: 'messages.0.content.0' }),
    );
  });

  it('of every kind goes inline, with the name of a document', () => {
    const source = (mediaType: string): { kind: 'base64'; data: string; mediaType: string } => ({
      kind: 'base64',
      data: 'AAAA',
      mediaType,
    });
    const messages = [
      user(
        { type: 'image', source: source('image/webp'), detail: 'auto' },
        { type: 'audio', source: source('audio/wav') },
        { type: 'video', source: source('video/mp4') },
        { type: 'file', source: source('application/pdf'), name: 'a.pdf' },
      ),
    ];
    expect(parts(messages)).toEqual([
      { inlineData: { mimeType: 'image/webp', data: 'AAAA' } },
      { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
      { inlineData: { mimeType: 'video/mp4', data: 'AAAA' } },
      { inlineData: { mimeType: 'application/pdf', data: 'AAAA', displayName: 'a.pdf' } },
    ]);
  });

  it('reports a detail that can not be asked for', () => {
    expect(send({ messages: image('https://example.com/cat.png', { detail: 'high' }) }).dropped).toEqual([
      'messages.0.content.0.image_url.detail',
    ]);
  });
});

describe('reasoning', () => {
  it.each([
    ['gemini-3.1-pro-preview', { effort: 'minimal' }, { thinkingLevel: 'LOW' }, []],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM' }, []],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'HIGH' }, []],
    ['gemini-3-pro-preview', { effort: 'none' }, { thinkingLevel: 'LOW' }, ['reasoning_effort']],
    ['gemini-3.5-flash', { effort: 'minimal' }, { thinkingLevel: 'MINIMAL' }, []],
    ['gemini-3.5-flash', { effort: 'low' }, { thinkingLevel: 'LOW' }, []],
    ['gemini-3.5-flash', { effort: 'high', include: true }, { includeThoughts: true, thinkingLevel: 'HIGH' }, []],
    ['gemini-3.5-flash', { effort: 'xhigh' }, { thinkingLevel: 'HIGH' }, ['reasoning_effort']],
    ['gemini-3.5-flash', { budget: 5000 }, { thinkingBudget: 5000 }, []],
    ['gemini-3.5-flash', { enabled: true }, undefined, []],
    ['gemini-2.5-flash', { effort: 'minimal' }, { thinkingBudget: 1024 }, []],
    ['gemini-2.5-flash', { effort: 'low' }, { thinkingBudget: 1024 }, []],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 8192 }, []],
    ['gemini-2.5-flash', { effort: 'high' }, { thinkingBudget: 24576 }, []],
    ['gemini-2.5-flash', { effort: 'max' }, { thinkingBudget: 24576 }, ['reasoning_effort']],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', { enabled: false }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', { enabled: true, summary: 'auto' }, { includeThoughts: true, thinkingBudget: -1 }, []],
    [
      'gemini-2.5-flash',
      { enabled: true, budget: 3000, effort: 'high', include: false },
      { includeThoughts: false, thinkingBudget: 3000 },
      [],
    ],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }, ['reasoning_effort']],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, ['reasoning_effort']],
    ['gemini-2.0-flash', { effort: 'none' }, undefined, []],
  ] as [string, ChatRequest['reasoning'] & object, unknown, string[]][])(
    'of %s for %j is %j',
    (model, reasoning, thinkingConfig, dropped) => {
      const sent = send({ reasoning }, model);
      expect((sent.body['generationConfig'] as Record<string, unknown> | undefined)?.['thinkingConfig']).toEqual(
        thinkingConfig,
      );
      expect(sent.dropped).toEqual(dropped);
    },
  );
});

describe('settings', () => {
  it('go by the names of the API', () => {
    expect(
      config({
        maxOutputTokens: 9,
        temperature: 0.1,
        topP: 0.2,
        topK: 3,
        stop: ['x'],
        seed: 4,
        n: 2,
        presencePenalty: 0.5,
        frequencyPenalty: 0.6,
        logprobs: true,
        topLogprobs: 5,
      }),
    ).toEqual({
      maxOutputTokens: 9,
      temperature: 0.1,
      topP: 0.2,
      topK: 3,
      stopSequences: ['x'],
      seed: 4,
      candidateCount: 2,
      presencePenalty: 0.5,
      frequencyPenalty: 0.6,
      responseLogprobs: true,
      logprobs: 5,
    });
  });

  it.each([
    [{ type: 'json' }, { responseMimeType: 'application/json' }],
    [{ type: 'text' }, { responseMimeType: 'text/plain' }],
    [
      { type: 'json-schema', name: 'n', strict: true, description: 'd', schema: { type: 'object' } },
      { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', description: 'd' } },
    ],
  ] as [ChatRequest['responseFormat'] & object, unknown][])('ask for the format %j', (responseFormat, expected) => {
    expect(config({ responseFormat })).toEqual(expected);
  });

  it('ask for speech, in the one format that there is', () => {
    const sent = send({ modalities: ['audio'], audio: { voice: 'Kore', format: 'mp3' } });
    expect(sent.body['generationConfig']).toEqual({
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    });
    expect(sent.dropped).toEqual(['audio.format']);
  });

  it('that the API does not have are reported by the names of their senders', () => {
    const request: Partial<ChatRequest> = {
      parallelToolCalls: false,
      logitBias: { a: 1 },
      user: 'u',
      metadata: { a: 'b' },
      serviceTier: 'scale',
      cache: {},
      extensions: { 'openai-chat': { prediction: {} }, gemini: {} },
    };
    expect(send(request).dropped).toEqual([
      'service_tier',
      'parallel_tool_calls',
      'logit_bias',
      'user',
      'metadata',
      'cache_control',
      'prediction',
    ]);
  });

  it.each([
    ['default', 'standard'],
    ['standard_only', 'standard'],
    ['flex', 'flex'],
    ['priority', 'priority'],
    ['auto', undefined],
  ])('give the tier %s as %s', (serviceTier, expected) => {
    const sent = send({ serviceTier });
    expect([sent.body['serviceTier'], sent.dropped]).toEqual([expected, []]);
  });

  it('take provider options of the format and of the provider, laid over the rest', () => {
    const { body } = send({
      temperature: 1,
      providerOptions: {
        gemini: { generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' }, labels: { a: 'b' } },
        google: { generationConfig: { temperature: 0 } },
        other: { x: 1 },
      },
    });
    expect(body).toEqual({
      contents: [{ parts: [{ text: 'Hi' }], role: 'user' }],
      generationConfig: { temperature: 0, mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      labels: { a: 'b' },
    });
  });

  it('can not reach a prototype, whatever their names', () => {
    const evil = JSON.parse(
      '{"__proto__":{"polluted":1},"a.__proto__.polluted":2,"constructor.prototype.polluted":3}',
    ) as Record<string, unknown>;
    send({ extensions: { gemini: evil }, providerOptions: { gemini: evil } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('tools', () => {
  it('go with their JSON Schema as it is', () => {
    const inputSchema = {
      $defs: { a: { type: 'string' } },
      type: 'object',
      properties: { x: { $ref: '#/$defs/a' }, y: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
      additionalProperties: false,
    };
    expect(send({ tools: [{ type: 'function', name: 'f', description: 'd', inputSchema }] }).body['tools']).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: inputSchema }] },
    ]);
  });

  it('with names that the API refuses are renamed, everywhere, and told apart', () => {
    const long = `${'n'.repeat(128)}1`;
    const request: Partial<ChatRequest> = {
      tools: ['get weather', 'get_weather', '1st', long].map((name) => ({ type: 'function', name })),
      toolChoice: { type: 'required', allowed: ['get weather', '1st'] },
      messages: [...HI, assistant(call('a', 'get weather'), call('b', 'öld tool')), tool('a', 'x'), tool('b', 'y')],
    };
    const { body } = send(request, 'gemini-2.5-pro');
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          { name: 'get_weather_2' },
          { name: 'get_weather' },
          { name: '_1st' },
          { name: 'n'.repeat(128) },
        ],
      },
    ]);
    expect(body['toolConfig']).toEqual({
      functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather_2', '_1st'] },
    });
    expect(JSON.stringify(body['contents'])).toContain('"functionCall":{"id":"b","name":"_ld_tool"');
    expect(JSON.stringify(body['contents'])).toContain('"functionResponse":{"id":"a","name":"get_weather_2"');
    const sent = gemini.client.render({ messages: HI, ...request }, target(), exchange());
    const reply = gemini.client.parse(
      { candidates: [{ content: { parts: [{ functionCall: { name: 'get_weather_2' } }] }, finishReason: 'STOP' }] },
      sent,
      exchange(),
    );
    expect(reply).toMatchObject({ choices: [{ content: [{ type: 'tool-call', name: 'get weather' }] }] });
  });

  it('of free text go as functions with one argument, and come back as text', () => {
    const sent = gemini.client.render(
      { messages: HI, tools: [{ type: 'custom', name: 'shell', description: 'd', format: { type: 'grammar' } }] },
      target(),
      exchange(),
    );
    expect(JSON.parse(String(sent.body))).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            {
              name: 'shell',
              parametersJsonSchema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
            },
          ],
        },
      ],
    });
    expect(sent.dropped).toEqual(['tools.0.custom.format']);
    const reply = gemini.client.parse(
      {
        candidates: [
          { content: { parts: [{ functionCall: { name: 'shell', args: { input: 'ls -l' } } }] }, finishReason: 'STOP' },
        ],
      },
      sent,
      exchange(),
    );
    expect(reply).toMatchObject({
      choices: [{ content: [{ type: 'tool-call', name: 'shell', input: 'ls -l', custom: true }] }],
    });
  });

  it('of other vendors and strictness are reported', () => {
    const { body, dropped } = send(
      {
        tools: [
          { type: 'server', format: 'anthropic-messages', name: 'web_search_20250305', value: {} },
          { type: 'function', name: 'f', strict: true, cache: {} },
        ],
      },
      'gemini-2.0-flash',
    );
    expect(body['tools']).toEqual([{ functionDeclarations: [{ name: 'f' }] }]);
    expect(dropped).toEqual(['web_search_20250305', 'tools.1.function.strict', 'cache_control']);
  });

  it.each([
    [{}, 'gemini-2.5-flash', 'VALIDATED', []],
    [{ toolChoice: { type: 'auto' } }, 'gemini-3.5-flash', 'VALIDATED', []],
    [{ toolChoice: { type: 'required' } }, 'gemini-2.0-flash', 'ANY', []],
    [{ toolChoice: { type: 'auto' } }, 'gemini-2.0-flash', 'AUTO', ['tools.1.function.strict']],
    [{ toolChoice: { type: 'none' } }, 'gemini-3.5-flash', 'NONE', ['tools.1.function.strict']],
  ] as [Partial<ChatRequest>, string, string, string[]][])(
    'that are strict, by the choice %j for %s, go with mode %s',
    (request, model, mode, dropped) => {
      const sent = send(
        {
          tools: [
            { type: 'function', name: 'f' },
            { type: 'function', name: 'g', strict: true },
          ],
          ...request,
        },
        model,
      );
      expect(sent.body['toolConfig']).toEqual({ functionCallingConfig: { mode } });
      expect(sent.dropped).toEqual(dropped);
    },
  );

  const tools = [
    { type: 'function' as const, name: 'f' },
    { type: 'function' as const, name: 'g' },
  ];
  it.each([
    [{ type: 'auto' }, { mode: 'AUTO' }],
    [{ type: 'required' }, { mode: 'ANY' }],
    [{ type: 'none' }, { mode: 'NONE' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      { type: 'auto', allowed: ['f'] },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
    [
      { type: 'required', allowed: ['f', 'g'] },
      { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
    ],
  ] as [ChatRequest['toolChoice'] & object, unknown][])('are chosen by %j', (toolChoice, functionCallingConfig) => {
    expect(send({ tools, toolChoice }).body['toolConfig']).toEqual({ functionCallingConfig });
  });

  it('need no choice when there are none', () => {
    expect(send({ toolChoice: { type: 'auto' } }).body).not.toHaveProperty('toolConfig');
  });

  it('keep their order and their bytes over a thousand calls (case 73)', () => {
    const request: ChatRequest = {
      messages: HI,
      tools: ['b', 'a', 'c'].map((name) => ({
        type: 'function',
        name,
        inputSchema: { type: 'object', properties: { z: {}, a: {} } },
      })),
    };
    const bodies = new Set(
      Array.from({ length: 1000 }, () => gemini.client.render(request, target(), exchange()).body),
    );
    expect(bodies.size).toBe(1);
  });
});
