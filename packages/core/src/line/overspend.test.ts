import { describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import { Cancellation } from '../kit/cancel.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { Chunk, GatewayRequest } from '../transport/gateway-request.ts';
import { limited, openai, othersTurn, PROVIDERS, reader, textOf, until } from './limited.type-test.ts';

const budget = (max: string): ScopedLimit => ({ scope: 'caller', counts: 'usd', max });

/** A request by a mount. */
const request = (path: string, more: Partial<GatewayRequest>): GatewayRequest & { host: undefined } => ({
  method: 'POST',
  path,
  query: new URLSearchParams(),
  header: () => undefined,
  body: async () => {
    throw new Error('not to be read');
  },
  signal: new Cancellation(),
  ...more,
  host: undefined,
});

/** Answers whatever is asked of the provider until all replies are there. */
async function statusesOf(
  asked: readonly { reply: Promise<{ status: number }> }[],
  upstream: ReturnType<typeof limited>['upstream'],
  answer: object,
): Promise<number[]> {
  let isOver = false;
  const replies = Promise.all(asked.map(({ reply }) => reply));
  void replies.then(() => {
    isOver = true;
  });
  for (let answered = 0, turns = 0; !isOver && turns < 500; turns++, await othersTurn())
    for (; answered < upstream.calls.length; answered++) upstream.calls[answered]?.respond(200, answer);
  if (!isOver) throw new Error('somebody waits for ever');
  return (await replies).map(({ status }) => status);
}

describe('a budget, against an attempt whose cost nobody can tell', () => {
  it('counts what was reserved for it: a service tier without a price is no way around', async () => {
    // The prompt and 90 tokens of the answer are about 0.00094 dollars.
    const { ask, upstream, ended } = limited([budget('0.001')]);
    const asked = () => ask({ max_tokens: 90, service_tier: 'priority' });
    // Source: https://platform.openai.com/docs/api-reference/chat/object#chat/object-service_tier
    const told = { ...openai.whole(10, 90), service_tier: 'priority' };
    expect(await statusesOf([asked()], upstream, told)).toEqual([200]);
    expect(ended[0]?.unpriced).toBe(true);
    expect(await statusesOf([asked()], upstream, told)).toEqual([429]);
  });
});

describe('a budget, against what is sold by the piece', () => {
  const prices = { 'openai-chat/*': { perUnit: { outputImages: '0.04' } } };
  const providers = { 'openai-chat': { ...PROVIDERS['openai-chat'], serves: ['images'] as const } };
  // Source: https://platform.openai.com/docs/api-reference/images/create
  const drawn = { created: 1, data: [{ b64_json: 'AAAA' }] };

  it('reserves the images that are asked for', async () => {
    const { ask, upstream } = limited([budget('0.1')], { prices, providers, models: {} });
    const asked = Array.from({ length: 10 }, () =>
      ask({ model: 'openai-chat/img', messages: undefined, prompt: 'A door' }, '/v1/images/generations'),
    );
    const statuses = await statusesOf(asked, upstream, drawn);
    expect(statuses).toEqual([200, 200, 429, 429, 429, 429, 429, 429, 429, 429]);
    expect(upstream.calls).toHaveLength(2);
  });

  it('reserves them all where one call asks for several', async () => {
    const { ask, upstream } = limited([budget('0.1')], { prices, providers, models: {} });
    const asked = ask(
      { model: 'openai-chat/img', messages: undefined, prompt: 'A door', n: 3 },
      '/v1/images/generations',
    );
    expect(await statusesOf([asked], upstream, drawn)).toEqual([429]);
  });
});

describe('a budget, against tools that the provider runs', () => {
  const at = (id: string, tool: string) => ({
    [`${id}/*`]: { perMillionTokens: { input: '1', output: '10' }, perCall: { [tool]: '0.01' } },
  });
  const prices = {
    ...at('anthropic-messages', 'web_search'),
    ...at('openai-responses', 'web_search'),
    'openai-chat/*': {
      perMillionTokens: { input: '1', output: '10' },
      perCall: { web_search: '0.01', search_source: '0.01' },
    },
    ...at('gemini', 'google_search'),
  };
  const messages = [{ role: 'user', content: 'hello' }];
  // Sources: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, https://platform.openai.com/docs/guides/tools-web-search,
  // https://ai.google.dev/gemini-api/docs/google-search
  it.each<[string, number, string, object]>([
    [
      'as many uses as the tool may have',
      60_000_000,
      '/v1/messages',
      {
        model: 'anthropic-messages/claude',
        max_tokens: 10,
        messages,
        tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 6 }],
      },
    ],
    [
      'as many calls as the request may make',
      30_000_000,
      '/v1/responses',
      {
        model: 'openai-responses/one',
        input: 'hello',
        max_output_tokens: 10,
        max_tool_calls: 3,
        tools: [{ type: 'web_search' }],
      },
    ],
    [
      'one call where nothing bounds it',
      10_000_000,
      '/v1beta/models/gemini%2Fone:generateContent',
      {
        contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
        generationConfig: { maxOutputTokens: 10 },
        tools: [{ googleSearch: {} }],
      },
    ],
    [
      'one call of a search that is an option, for each answer',
      20_000_000,
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 10, n: 2, web_search_options: {} },
    ],
    [
      'a search that is an option for the provider',
      10_000_000,
      '/v1/messages',
      {
        model: 'openai-chat/one',
        max_tokens: 10,
        messages,
        providerOptions: { 'openai-chat': { web_search_options: {} } },
      },
    ],
    [
      'as many calls as an option for the provider allows',
      30_000_000,
      '/v1/chat/completions',
      {
        model: 'openai-responses/one',
        max_tokens: 10,
        messages,
        web_search_options: {},
        providerOptions: { 'openai-responses': { max_tool_calls: 3 } },
      },
    ],
    // Source: https://docs.x.ai/docs/guides/live-search
    [
      'as many sources as a search may use',
      70_000_000,
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 10, search_parameters: { max_search_results: 7 } },
    ],
    [
      'the 20 sources that a search may use where nothing bounds it',
      200_000_000,
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 10, search_parameters: { mode: 'auto' } },
    ],
    [
      'no source of a search that is off',
      0,
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 10, search_parameters: { mode: 'off' } },
    ],
    [
      'the sources of a search that is a tool',
      50_000_000,
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 10, tools: [{ type: 'live_search', max_search_results: 5 }] },
    ],
    [
      'the sources of a search that is an option for the provider',
      30_000_000,
      '/v1/messages',
      {
        model: 'openai-chat/one',
        max_tokens: 10,
        messages,
        providerOptions: { 'openai-chat': { search_parameters: { max_search_results: 3 } } },
      },
    ],
    [
      'a tool whose name is written in escapes',
      10_000_000,
      '/v1/responses',
      { model: 'openai-responses/one', input: 'hello', max_output_tokens: 10, tools: [{ type: 'web\\u005fsearch' }] },
    ],
    [
      'nothing for a function of the client by such a name',
      0,
      '/v1/responses',
      {
        model: 'openai-responses/one',
        input: 'hello',
        max_output_tokens: 10,
        tools: [{ type: 'function', name: 'web_search', parameters: {} }],
      },
    ],
  ])('reserves %s', async (_, nanoUsd, path, body) => {
    const { gateway, calls, upstream } = limited([budget('1')], { prices });
    const bytes = new TextEncoder().encode(JSON.stringify(body).replace('\\\\u', '\\u'));
    void gateway.handle(request(path, { body: async (caps) => bodyOf(bytes, caps) }));
    await upstream.next();
    const reserved = calls[0]?.[2].nanoUsd ?? 0;
    // What stands beside it are tokens: the prompt at most a byte each, and 10 of each answer.
    expect(reserved - nanoUsd).toBeGreaterThan(0);
    expect(reserved - nanoUsd).toBeLessThan(1_000 * bytes.length + 2 * 100_000);
  });

  // Source: https://docs.perplexity.ai/getting-started/pricing: each answer searches, and searches are sold apart.
  it('reserves a search of an API that searches unasked, for each answer', async () => {
    const { ask, calls, upstream } = limited([budget('1')], {
      providers: { perplexity: { apiKey: 'k' } },
      models: {},
      prices: at('perplexity', 'web_search'),
    });
    void ask({ model: 'perplexity/sonar-deep-research', max_tokens: 10, n: 2 });
    await upstream.next();
    expect(Math.floor((calls[0]?.[2].nanoUsd ?? 0) / 10_000_000)).toBe(2);
  });

  it('keeps what is reserved for them while a stream reserves more of its answer', async () => {
    // The search, 1,000 tokens of the answer and 500 more; the prompt is far less than a token of it.
    const { ask, upstream, ended } = limited([budget('0.0255')], { prices, reserve: 'estimate' });
    const { reply } = ask({ model: 'openai-chat/one', stream: true, web_search_options: {} });
    const wire = (await upstream.next()).stream();
    for (let pieces = 0; pieces < 30; pieces++) wire.write(openai.piece(400));
    await reader((await reply).body).done;
    // 10,000 nano-dollars a token; what is left is the search's.
    expect(Number(ended[0]?.cost)).toBeLessThanOrEqual(15_500_000);
    expect(Number(ended[0]?.cost)).toBeGreaterThanOrEqual(14_000_000);
  });

  it('reserves them for requests in process too', async () => {
    const { gateway, calls, upstream } = limited([budget('1')], { prices });
    void gateway.chat(
      {
        model: 'anthropic-messages/claude',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
        maxOutputTokens: 10,
        serverTools: [
          {
            type: 'server',
            format: 'anthropic-messages',
            name: 'web_search_20250305',
            value: { type: 'web_search_20250305', name: 'web_search', max_uses: 4 },
          },
        ],
      },
      { caller: { id: 'ann' } },
    );
    await upstream.next();
    expect(Math.floor((calls[0]?.[2].nanoUsd ?? 0) / 10_000_000)).toBe(4);
  });

  it('reserves those that are options for the provider in process too', async () => {
    const { gateway, calls, upstream } = limited([budget('1')], { prices });
    void gateway.chat(
      {
        model: 'm',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
        maxOutputTokens: 10,
        providerOptions: { 'openai-chat': { web_search_options: {} } },
      },
      { caller: { id: 'ann' } },
    );
    await upstream.next();
    expect(Math.floor((calls[0]?.[2].nanoUsd ?? 0) / 10_000_000)).toBe(1);
  });
});

describe('a budget, against seconds of sound', () => {
  const prices = { 'openai-chat/*': { perUnit: { inputSeconds: '0.0001' } } };
  const providers = { 'openai-chat': { ...PROVIDERS['openai-chat'], serves: ['transcriptions'] as const } };
  const model = '--B\r\ncontent-disposition: form-data; name="model"\r\n\r\nopenai-chat/one\r\n';
  const form = (first: string, file: Uint8Array): Uint8Array[] => [
    new TextEncoder().encode(`${first}--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`),
    file.subarray(0, 20),
    file.subarray(20),
    new TextEncoder().encode('\r\n--B--\r\n'),
  ];
  const HEADERS: Readonly<Record<string, string>> = { 'content-type': 'multipart/form-data; boundary=B' };

  async function reservedFor(file: Uint8Array, { query = '', headers = HEADERS } = {}): Promise<number> {
    const { gateway, calls, upstream } = limited([budget('100')], { prices, providers, models: {} });
    void gateway.handle(
      request('/v1/audio/transcriptions', {
        query: new URLSearchParams(query),
        header: (name) => headers[name],
        async *upload() {
          yield* form(query === '' ? model : '', file);
        },
      }),
    );
    await upstream.next();
    return (calls[0]?.[2].nanoUsd ?? 0) / 100_000;
  }

  /** Of 16-bit samples in one channel. Source: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html */
  function wave(rate: number, seconds: number, kind = 1): Uint8Array {
    const file = new Uint8Array(44 + 2 * rate * seconds);
    const view = new DataView(file.buffer);
    file.set(new TextEncoder().encode('RIFF____WAVEfmt '));
    view.setUint16(20, kind, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, rate, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    return file;
  }

  it('reserves those that a file of plain samples has', async () => {
    expect(await reservedFor(wave(8_000, 7))).toBe(8);
  });

  it.each([
    ['in another form', new Uint8Array(7_500)],
    ['of samples that are packed', wave(1_000, 3, 0x31).subarray(0, 6_000).slice(0, 7_500)],
    ['that is hardly there', new Uint8Array(3)],
  ])('reserves what a file %s may hold at 6 kbit/s', async (_, file) => {
    expect(await reservedFor(file)).toBe(Math.ceil(file.length / 750));
  });

  it('goes by the length of the request for a file that is sent on as it comes', async () => {
    const file = new Uint8Array(7_500);
    const headers = { ...HEADERS, 'content-length': '75000' };
    expect(await reservedFor(file, { query: 'model=openai-chat/one', headers })).toBe(100);
  });
});

describe('a budget, against sound that is sold by its tokens', () => {
  // Source: https://platform.openai.com/docs/pricing#transcription-and-speech-generation
  const prices = { 'openai-chat/*': { perMillionTokens: { input: '2.5', inputAudio: '6', output: '10' } } };
  const providers = { 'openai-chat': { ...PROVIDERS['openai-chat'], serves: ['transcriptions'] as const } };

  it('reserves for a file that is sent on as it comes what it does for one that waits', async () => {
    const { gateway, calls, upstream } = limited([budget('100')], { prices, providers, models: {} });
    const headers: Readonly<Record<string, string>> = {
      'content-type': 'multipart/form-data; boundary=B',
      'content-length': '4000',
    };
    void gateway.handle(
      request('/v1/audio/transcriptions', {
        query: new URLSearchParams('model=openai-chat/one'),
        header: (name) => headers[name],
        async *upload() {
          yield new TextEncoder().encode('--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n');
          yield new Uint8Array(3_800);
          yield new TextEncoder().encode('\r\n--B--\r\n');
        },
      }),
    );
    await upstream.next();
    expect(calls[0]?.[2].inputTokens).toBe(1_000);
  });
});

describe('a whole answer without a bound', () => {
  const LONGEST = 'openai-chat/claude-3-5-haiku'; // 8,192 tokens at the most
  const output = (max: number): ScopedLimit => ({ scope: 'caller', counts: 'outputTokens', max });
  const sent = (call: { request: { body: unknown } }): Record<string, unknown> =>
    JSON.parse(textOf(call.request.body as Chunk));

  it('has the longest that its model can give reserved, and goes on as it came', async () => {
    const { ask, calls, upstream } = limited([output(10_000)]);
    const { reply } = ask({ model: LONGEST });
    const call = await upstream.next();
    expect(Object.keys(sent(call))).toEqual(['model', 'messages']);
    call.respond(200, openai.whole(3, 8_000));
    expect((await reply).headers['x-postern-inserted']).toBeUndefined();
    await until(() => calls.length === 2);
    expect(calls.map(([name, , { outputTokens }]) => [name, outputTokens])).toEqual([
      ['admit', 8_192],
      ['settle', 8_000],
    ]);
  });

  it('is bound where a limit has no room for that, and can not cost more than was reserved', async () => {
    const { ask, calls, upstream } = limited([output(9_000)]);
    const asked = [ask({ model: LONGEST }), ask({ model: LONGEST }), ask({ model: LONGEST })];
    const statuses: number[] = [];
    for (const { reply } of asked) void reply.then(({ status }) => statuses.push(status));
    const first = await upstream.next();
    await until(() => statuses.length === 2);
    expect(statuses).toEqual([429, 429]);
    first.respond(200, openai.whole(3, 100));
    expect((await asked[0]?.reply)?.status).toBe(200);
    await until(() => calls.some(([name]) => name === 'settle'));
    void ask({ model: LONGEST });
    expect(sent(await upstream.next())).not.toHaveProperty('max_completion_tokens');
  });

  it('is told so, and the provider too, in the field of its format', async () => {
    const { ask, calls, upstream } = limited([output(5_000)]);
    const { reply } = ask({ model: LONGEST });
    const call = await upstream.next();
    expect(sent(call)).toMatchObject({ model: 'claude-3-5-haiku', max_completion_tokens: 4_096 });
    call.respond(200, openai.whole(3, 4_096));
    expect((await reply).headers['x-postern-inserted']).toBe('max_completion_tokens=4096');
    expect(calls.slice(0, 2).map(([name, , { outputTokens }]) => [name, outputTokens])).toEqual([
      ['admit', 8_192],
      ['admit', 4_096],
    ]);
  });

  const messages = [{ role: 'user', content: 'hello' }];
  const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
  it.each<[string, object, object, string]>([
    [
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages },
      { max_completion_tokens: 4_096 },
      'max_completion_tokens=4096',
    ],
    [
      '/v1/chat/completions',
      { model: 'openai-chat/one', messages, max_tokens: 0 },
      { max_tokens: 4_096 },
      'max_tokens=4096',
    ],
    ['/v1/completions', { model: 'openai-completions/one', prompt: 'hello' }, { max_tokens: 16 }, 'max_tokens=16'],
    [
      '/v1/responses',
      { model: 'openai-responses/one', input: 'hello' },
      { max_output_tokens: 4_096 },
      'max_output_tokens=4096',
    ],
    ['/v1/messages', { model: 'anthropic-messages/one', messages }, { max_tokens: 4_096 }, 'max_tokens=4096'],
    ['/v2/chat', { model: 'cohere/one', messages }, { max_tokens: 4_096 }, 'max_tokens=4096'],
    [
      '/api/chat',
      { model: 'ollama/one', messages, stream: false, options: { num_predict: -1, top_k: 3 } },
      { options: { num_predict: 4_096, top_k: 3 } },
      'options.num_predict=4096',
    ],
    [
      '/model/bedrock-converse%2Fone/converse',
      { messages: [{ role: 'user', content: [{ text: 'hello' }] }], inferenceConfig: { topP: 0.5 } },
      { inferenceConfig: { topP: 0.5, maxTokens: 4_096 } },
      'inferenceConfig.maxTokens=4096',
    ],
    [
      '/v1beta/models/gemini%2Fone:generateContent',
      { contents },
      { generationConfig: { maxOutputTokens: 4_096 } },
      'generationConfig.maxOutputTokens=4096',
    ],
    [
      '/v1beta/models/gemini%2Fone:generateContent',
      { contents, generation_config: { max_output_tokens: null, top_k: 3 } },
      { generation_config: { maxOutputTokens: 4_096, topK: 3 } },
      'generation_config.maxOutputTokens=4096',
    ],
  ])('of a model of which nobody knows is bound at once: %s %j', async (path, body, bound, told) => {
    const { ask, calls, upstream, ended } = limited([{ scope: 'caller', counts: 'tokens', max: 100_000 }]);
    const { reply } = ask({ messages: undefined, model: undefined, ...body }, path);
    const call = await upstream.next();
    const { model: _, ...rest } = { ...body, ...bound } as Record<string, unknown>;
    expect(sent(call)).toEqual('model' in body ? { ...rest, model: 'one' } : rest);
    expect(calls.map(([name, , { outputTokens }]) => [name, outputTokens])).toEqual([['admit', 4_096]]);
    call.respond(400, { error: { message: 'no' } });
    await reply;
    expect(ended[0]?.inserted).toEqual([told]);
  });

  it.each(['/v1/messages', '/v1/completions'])('keeps a bound of 0 that means something at %s', async (path) => {
    const { ask, upstream } = limited([output(9_000)]);
    const model = path === '/v1/messages' ? 'anthropic-messages/one' : 'openai-completions/one';
    void ask({ model, prompt: 'hello', max_tokens: 0 }, path);
    expect(sent(await upstream.next())).toMatchObject({ max_tokens: 0 });
  });

  it('is bound by the name that a row has for it', async () => {
    const providers = {
      own: { ...PROVIDERS['openai-chat'], fidelity: 'compatible' as const },
      other: { ...PROVIDERS['openai-chat'], fidelity: 'compatible' as const, rename: { max_tokens: 'max_new_tokens' } },
    };
    const { ask, upstream } = limited([output(9_000)], { providers, models: {}, prices: {} });
    void ask({ model: 'own/one' });
    expect(sent(await upstream.next())).toMatchObject({ max_tokens: 4_096 });
    void ask({ model: 'other/one' });
    expect(sent(await upstream.next())).toMatchObject({ max_new_tokens: 4_096 });
  });

  it('is bound to no more than its model can answer', async () => {
    const { ask, upstream } = limited([output(9_000)], {
      models: {
        m: { deployments: ['own/c4ai-aya-expanse-32b'], fallbacks: ['unknown'] }, // 4,000 tokens at the most
        unknown: { deployments: ['openai-chat/one'] },
      },
      providers: { ...PROVIDERS, own: { extends: 'cohere', baseUrl: 'https://own.test', apiKey: 'k' } },
    });
    const { reply } = ask();
    const call = await upstream.next();
    expect(sent(call)).toMatchObject({ max_tokens: 4_000 });
    call.respond(400, { message: 'no' });
    await reply;
  });

  it('is bound in another format too, and in process', async () => {
    const { ask, gateway, upstream } = limited([output(9_000)]);
    const { reply } = ask({ model: 'ollama/one' });
    const call = await upstream.next();
    expect(sent(call)).toMatchObject({ options: { num_predict: 4_096 } });
    call.respond(200, { model: 'one', message: { role: 'assistant', content: 'Hi' }, done: true, done_reason: 'stop' });
    expect((await reply).headers['x-postern-inserted']).toBe('options.num_predict=4096');
    const result = gateway.chat(
      {
        model: 'openai-chat/one',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
      },
      { caller: { id: 'ann' } },
    );
    const second = await upstream.next();
    expect(sent(second)).toMatchObject({ max_completion_tokens: 4_096 });
    second.respond(200, openai.whole(1, 1));
    expect((await result).inserted).toEqual(['max_completion_tokens=4096']);
  });

  it('reserves for each of several answers', async () => {
    const { ask, calls, upstream } = limited([output(13_000)]);
    void ask({ model: LONGEST, n: 3 });
    expect(sent(await upstream.next())).toMatchObject({ n: 3, max_completion_tokens: 4_096 });
    expect(calls.map(([, , { outputTokens }]) => outputTokens)).toEqual([3 * 8_192, 3 * 4_096]);
  });

  it('is bound by the money that is left', async () => {
    // 4,096 tokens of the answer are about 0.041 dollars.
    const { ask, upstream } = limited([budget('0.05')]);
    void ask({ model: LONGEST });
    expect(sent(await upstream.next())).toMatchObject({ max_completion_tokens: 4_096 });
    expect((await ask({ model: LONGEST }).reply).status).toBe(429);
  });

  it('is bound for an attempt that goes where limits hold, and only if it is made', async () => {
    const models = { m: { deployments: ['openai-chat/one'], fallbacks: ['n'] }, n: { deployments: ['ollama/one'] } };
    const { ask, calls, upstream } = limited([{ scope: 'provider:openai-chat', counts: 'tokens', max: 5_000 }], {
      models,
    });
    void ask();
    expect(sent(await upstream.next())).toMatchObject({ max_completion_tokens: 4_096 });
    void ask();
    const other = await upstream.next();
    expect(other.request.path).toContain('/api/chat');
    expect(sent(other)).not.toHaveProperty('options');
    expect(calls.map(([name]) => name)).toEqual(['admit', 'admit']);
  });

  it.each<[string, ScopedLimit, object]>([
    ['where limits count requests only', { scope: 'caller', counts: 'requests', max: 10 }, {}],
    ['where they only tell', { scope: 'caller', counts: 'tokens', max: 10_000, soft: true }, {}],
    [
      'where its money is counted and it costs none',
      budget('1'),
      { prices: { 'openai-chat/*': { perMillionTokens: { input: '1', output: '0' } } } },
    ],
    ['where its stream reserves as it goes', output(9_000), { stream: true, reserve: 'estimate' }],
    [
      'where the window of its model is known, and fits',
      output(9_000),
      { models: { m: { deployments: [{ model: 'openai-chat/one', contextWindow: 8_000 }] } } },
    ],
  ])('is not bound %s', async (_, limit, { stream, ...config }: { stream?: boolean }) => {
    const { ask, upstream } = limited([limit], config);
    void ask(stream === true ? { stream, stream_options: { include_usage: true } } : {});
    const body = sent(await upstream.next());
    expect(Object.keys(body).filter((name) => name.startsWith('max'))).toEqual([]);
  });
});

describe('a stream without a bound', () => {
  const LONGEST = 'openai-chat/claude-3-5-haiku'; // 8,192 tokens at the most
  const output = (max: number): ScopedLimit => ({ scope: 'caller', counts: 'outputTokens', max });

  it('has the longest that its model can give reserved, and asks for no more on its way', async () => {
    const { ask, calls, upstream } = limited([output(10_000)]);
    const { reply } = ask({ model: LONGEST, stream: true });
    const call = await upstream.next();
    expect(textOf(call.request.body as Chunk)).not.toContain('max_completion_tokens');
    const wire = call.stream();
    for (let piece = 0; piece < 7; piece++) wire.write(openai.piece(4_000));
    wire.write(openai.end(3, 8_000));
    wire.end();
    await reader((await reply).body).done;
    await until(() => calls.some(([name]) => name === 'settle'));
    expect(calls.map(([name, , { outputTokens }]) => [name, outputTokens])).toEqual([
      ['admit', 8_192],
      ['settle', 8_000],
    ]);
  });

  it.each([
    ['where a limit has no room for that', LONGEST, 5_000, [8_192, 4_096]],
    ['of a model of which nobody knows', 'm', 100_000, [4_096]],
  ])('is bound to what is reserved %s, and its client is told so', async (_, model, max, reserved) => {
    const { ask, calls, upstream } = limited([output(max)]);
    const { reply } = ask({ model, stream: true });
    const call = await upstream.next();
    expect(JSON.parse(textOf(call.request.body as Chunk))).toMatchObject({ max_completion_tokens: 4_096 });
    const wire = call.stream();
    wire.write(openai.piece(4));
    wire.write(openai.end(3, 4_096));
    wire.end();
    expect((await reply).headers['x-postern-inserted']).toBe('max_completion_tokens=4096');
    expect(calls.map(([, , { outputTokens }]) => outputTokens)).toEqual(reserved);
    await reader((await reply).body).done;
  });

  it('is ended all the same where its provider is not told of the bound', async () => {
    const providers = { own: { ...PROVIDERS['openai-chat'], drop: ['max_completion_tokens', 'max_tokens'] } };
    const { ask, cuts, upstream } = limited([output(5_000)], { providers, models: {}, prices: {} });
    const { reply } = ask({ model: 'own/one', stream: true });
    const wire = (await upstream.next()).stream();
    for (let piece = 0; piece < 20; piece++) wire.write(openai.piece(4_000));
    await reader((await reply).body).done;
    expect(cuts).toHaveLength(1);
  });
});

describe('a limit, against attempts that fail and use something', () => {
  const models = {
    m: {
      deployments: [
        { model: 'anthropic-messages/claude', order: 0 },
        { model: 'openai-chat/one', order: 1 },
      ],
      retries: 1,
    },
  };

  it('makes no further attempt that what the failed one used leaves no room for', async () => {
    const limit: ScopedLimit = { scope: 'caller', counts: 'tokens', max: 1_000 };
    const { ask, ended, upstream } = limited([limit], { models });
    const { reply } = ask({ stream: true, max_tokens: 900 });
    // Source: https://platform.claude.com/docs/en/build-with-claude/streaming#error-events
    const broken = (await upstream.next()).stream();
    const usage = { input_tokens: 700, output_tokens: 1 };
    const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
    broken.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
    broken.write('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    await until(() => upstream.calls.length > 1 || ended.length > 0);
    expect(upstream.calls).toHaveLength(1);
    expect((await reply).status).toBe(429);
    expect(ended[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['fault']);
  });

  it.each([
    ['closed', 503, 1],
    ['open', 200, 2],
  ] as const)(
    'whose use the store can not be told: under %s limits the next one is as any request then',
    async (onFailure, status, made) => {
      const limit: ScopedLimit = { scope: 'caller', counts: 'tokens', max: 100_000 };
      const { ask, upstream } = limited([limit], { models, storage: { onFailure } }, (name) =>
        name === 'extend' ? Promise.reject(new Error('away')) : undefined,
      );
      const { reply } = ask({ stream: true, max_tokens: 900 });
      const broken = (await upstream.next()).stream();
      const usage = { input_tokens: 700, output_tokens: 1 };
      const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
      broken.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
      broken.write(
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      );
      if (made > 1) {
        const wire = (await upstream.next()).stream();
        wire.write(openai.piece(10));
        wire.write(openai.end(10, 3));
        wire.end();
      }
      expect((await reply).status).toBe(status);
      expect(upstream.calls).toHaveLength(made);
    },
  );

  it('counts the prompt of one that was sent and never answered', async () => {
    const { ask, clock, calls, ended, upstream } = limited([{ scope: 'caller', counts: 'tokens', max: 100_000 }], {
      timeouts: { firstToken: '5s' },
    });
    const { reply } = ask({ stream: true });
    (await upstream.next()).stream();
    await othersTurn();
    await clock.advance(5_000);
    expect((await reply).status).toBeGreaterThanOrEqual(500);
    await until(() => calls.some(([name]) => name === 'settle'));
    expect(ended[0]?.attempts[0]).toMatchObject({ outcome: 'fault', estimated: true });
    expect(calls.find(([name]) => name === 'settle')?.[2].tokens).toBeGreaterThan(0);
  });
});

describe('a limit, against what a request says of its answer', () => {
  it('reserves all answers that a provider makes to choose the best of', async () => {
    const { ask, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 500 }]);
    const { reply } = ask(
      { model: 'openai-completions/one', messages: undefined, prompt: 'hello', max_tokens: 100, best_of: 20 },
      '/v1/completions',
    );
    expect((await reply).status).toBe(429);
    expect(upstream.calls).toHaveLength(0);
  });

  it('takes a best of none, as the vendor does, for one answer', async () => {
    const { ask, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 500 }]);
    void ask(
      { model: 'openai-completions/one', messages: undefined, prompt: 'hello', max_tokens: 100, best_of: 0 },
      '/v1/completions',
    );
    await upstream.next();
    expect(upstream.calls).toHaveLength(1);
  });

  it('refuses more than can be counted, also where limits are open while the store is away', async () => {
    const { ask, upstream, errors } = limited([{ scope: 'caller', counts: 'tokens', max: 500 }], {
      storage: { onFailure: 'open' },
    });
    const { reply } = ask({ max_tokens: Number.MAX_SAFE_INTEGER, n: 128 });
    expect((await reply).status).toBe(429);
    expect(upstream.calls).toHaveLength(0);
    expect(errors).toEqual([]);
  });

  it('reserves an answer where a conversation is made shorter: it is billed as any other', async () => {
    const { ask, calls, upstream } = limited([budget('1')]);
    void ask({ model: 'openai-responses/one', messages: undefined, input: 'hello' }, '/v1/responses/compact');
    await upstream.next();
    expect(calls[0]?.[2]).toMatchObject({ outputTokens: 4_096 });
    expect(calls[0]?.[2].nanoUsd).toBeGreaterThan(4_096 * 10_000);
  });

  // Go reads the last of members whose names differ in case only, and servers in Python the last of equal ones.
  it.each([
    ['/api/chat', '"options":{"num_predict":1},"Options":{"num_predict":9000}'],
    ['/v1/completions', '"prompt":"hi","best_of":20,"best_of":1'],
    ['/v1/responses', '"input":"hi","max_tool_calls":9,"max_tool_calls":1'],
  ])('takes none at %s that says it twice', async (path, members) => {
    const { gateway, calls } = limited([{ scope: 'caller', counts: 'outputTokens', max: 1_000_000, per: 'day' }]);
    const bytes = new TextEncoder().encode(
      `{"model":"m","stream":false,"messages":[{"role":"user","content":"hi"}],${members}}`,
    );
    const reply = await gateway.handle(request(path, { body: async (caps) => bodyOf(bytes, caps) }));
    expect([reply?.status, calls]).toEqual([400, []]);
  });

  it('ends a stream that goes on behind a bound of 0', async () => {
    const { ask, cuts, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 5_000 }]);
    const { reply } = ask({ stream: true, max_tokens: 0 });
    const wire = (await upstream.next()).stream();
    for (let piece = 0; piece < 20; piece++) wire.write(openai.piece(4_000));
    wire.write(openai.end(10, 20_000));
    wire.end();
    await reader((await reply).body).done;
    expect(cuts).toHaveLength(1);
  });
});

it('counts a tag that a caller has twice once', async () => {
  const { ask, upstream } = limited([{ scope: 'tag', counts: 'requests', max: 1 }], {
    access: { identify: () => ({ id: 'ann', tags: ['x', 'x'] }) },
  });
  expect(await statusesOf([ask()], upstream, openai.whole(1, 1))).toEqual([200]);
});
