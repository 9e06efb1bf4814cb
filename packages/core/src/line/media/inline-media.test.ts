import { describe, expect, it, vi } from 'vitest';
import type { WireFormat } from '../../adapters/format.ts';
import type { FetchedMedia, FetchMedia, MediaContext } from '../../config/fetch-media.ts';
import type { GatewayConfig, ProviderConfig } from '../../config/types.ts';
import { createGateway } from '../../gateway.ts';
import { AccessError, RequestError, UpstreamError } from '../../kit/errors.ts';
import { manualClock, scriptedDispatcher } from '../../testing/index.ts';
import { bodyOf as parsedBody } from '../../transport/body-of.ts';
import type { GatewayEvents } from '../events.ts';

const CALLER = { id: 'ann' };
const BYTES = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const BASE64 = 'iVBORw==';
/** What a signed URL must never show anybody. */
const SIGNED = 'https://cdn.test/a.mp3?X-Amz-Signature=5f3c9b2a';

const given = (mediaType: string, data = BYTES): FetchedMedia => ({ data, mediaType });
/** Never answers, whatever the signal says. */
const deaf = (): Promise<FetchedMedia> => new Promise(() => {});

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

const provider = (format: WireFormat, host: string): ProviderConfig => ({
  format,
  baseUrl: `https://${host}.test/v1`,
  auth: 'bearer',
  apiKey: `key-of-${host}`,
  fidelity: 'exact',
});

function scene(fetchMedia: FetchMedia | undefined, config: Partial<GatewayConfig> = {}) {
  const upstream = scriptedDispatcher();
  const logged: string[] = [];
  const ended: GatewayEvents['request-end'][] = [];
  const note = (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  let ids = 0;
  const gateway = createGateway(
    {
      access: 'open',
      providers: {
        oa: provider('openai-chat', 'oa'),
        ge: provider('gemini', 'ge'),
        an: provider('anthropic-messages', 'an'),
      },
      log: { warn: note, error: note },
      ...(fetchMedia === undefined ? {} : { fetchMedia }),
      ...config,
    },
    {
      dispatcher: upstream,
      clock: manualClock(),
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  return { gateway, upstream, logged, ended };
}

const fileData = (mimeType: string, fileUri: string) => ({ fileData: { mimeType, fileUri } });
const gemini = (model: string, ...parts: object[]) => ({ model, contents: [{ role: 'user', parts }] });
const audio = gemini('oa/m', fileData('audio/mp3', 'https://cdn.test/a.mp3'));

/** Source: https://platform.openai.com/docs/api-reference/chat/object */
const COMPLETION = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok', refusal: null }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const overloaded = { error: { message: 'later', type: 'server_error', param: null, code: null } };

type Call = Awaited<ReturnType<ReturnType<typeof scriptedDispatcher>['next']>>;
const bodyOf = (call: Call): string => {
  const { body } = call.request;
  return typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
};
const contentOf = (call: Call) =>
  (JSON.parse(bodyOf(call)) as { messages: { role: string; content: unknown }[] }).messages.map(
    ({ content }) => content,
  );

describe('media by URL', () => {
  it('are fetched by the host for a target that takes bytes only, and the answer says so', async () => {
    const fetchMedia = vi.fn<FetchMedia>(async () => given('audio/mpeg; codecs=mp3'));
    const { gateway, upstream } = scene(fetchMedia);
    const pending = gateway.call('gemini', audio, { caller: CALLER });
    const call = await upstream.next();
    expect(contentOf(call)).toEqual([[{ type: 'input_audio', input_audio: { data: BASE64, format: 'mp3' } }]]);
    call.respond(200, COMPLETION);
    const answer = await pending;
    expect([answer.status, answer.headers['x-postern-inserted']]).toEqual([200, 'media=fetched']);
    expect(fetchMedia).toHaveBeenCalledExactlyOnceWith('https://cdn.test/a.mp3', {
      id: expect.any(String),
      operation: 'chat',
      model: 'oa/m',
      caller: CALLER,
      kind: 'audio',
      mediaType: 'audio/mp3',
      maxBytes: 33_554_432,
      signal: expect.any(AbortSignal),
    });
  });

  it('are not fetched without the host’s function, nor where the target reads them itself', async () => {
    const bare = scene(undefined);
    const refused = await bare.gateway.call('gemini', audio, { caller: CALLER });
    expect([refused.status, bare.ended[0]?.error?.code]).toEqual([400, 'media_url_unsupported']);
    expect(bare.upstream.calls).toHaveLength(0);

    const fetchMedia = vi.fn<FetchMedia>(async () => given('image/png'));
    const { gateway, upstream } = scene(fetchMedia);
    const pending = gateway.call('gemini', gemini('oa/m', fileData('image/png', 'https://cdn.test/a.png')), {
      caller: CALLER,
    });
    const call = await upstream.next();
    expect(contentOf(call)).toEqual([[{ type: 'image_url', image_url: { url: 'https://cdn.test/a.png' } }]]);
    call.respond(200, COMPLETION);
    expect((await pending).headers['x-postern-inserted']).toBeUndefined();
    expect(fetchMedia).not.toHaveBeenCalled();
  });

  it('inside a tool result are fetched as well', async () => {
    const { gateway, upstream } = scene(async () => given('application/pdf'));
    const pending = gateway.call(
      'anthropic-messages',
      {
        model: 'oa/m',
        max_tokens: 9,
        messages: [
          { role: 'user', content: 'read it' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'read', input: {} }] },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_1',
                content: [{ type: 'document', source: { type: 'url', url: 'https://cdn.test/a.pdf' }, title: 'a.pdf' }],
              },
            ],
          },
        ],
      },
      { caller: CALLER },
    );
    const call = await upstream.next();
    expect(bodyOf(call)).toContain(`"file_data":"data:application/pdf;base64,${BASE64}"`);
    call.respond(200, COMPLETION);
    expect((await pending).status).toBe(200);
  });

  it('are fetched for a token count too', async () => {
    const { gateway, upstream } = scene(async () => given('image/png'), {
      providers: { ge: { ...provider('gemini', 'ge'), serves: ['chat', 'count-tokens'] } },
    });
    const source = { type: 'url', url: 'https://cdn.test/a.png' };
    const messages = [{ role: 'user', content: [{ type: 'image', source }] }];
    const bytes = new TextEncoder().encode(JSON.stringify({ model: 'ge/gemini-2.0-flash', messages }));
    const pending = gateway.handle({
      method: 'POST',
      path: '/v1/messages/count_tokens',
      query: new URLSearchParams(),
      header: () => undefined,
      body: async (limits) => parsedBody(bytes, limits),
      signal: new AbortController().signal,
      host: undefined,
    });
    const call = await upstream.next();
    expect(bodyOf(call)).toContain(`"inlineData":{"mimeType":"image/png","data":"${BASE64}"}`);
    call.respond(200, { totalTokens: 7 });
    expect(JSON.parse(String((await pending)?.body))).toEqual({ input_tokens: 7 });
  });

  it('are fetched once, however often they stand there and however many attempts are made', async () => {
    const fetchMedia = vi.fn<FetchMedia>(async () => given('audio/wav'));
    const { gateway, upstream } = scene(fetchMedia, { models: { m: { deployments: ['oa/one', 'oa/two'] } } });
    const twice = fileData('audio/wav', 'https://cdn.test/a.wav');
    const pending = gateway.call('gemini', gemini('m', twice, twice, fileData('audio/wav', 'https://cdn.test/b.wav')), {
      caller: CALLER,
    });
    (await upstream.next()).respond(503, overloaded);
    const second = await upstream.next();
    expect(bodyOf(second).split(BASE64)).toHaveLength(4);
    second.respond(200, COMPLETION);
    expect((await pending).status).toBe(200);
    expect(fetchMedia.mock.calls.map(([url]) => url)).toEqual(['https://cdn.test/a.wav', 'https://cdn.test/b.wav']);
  });

  it('of other schemes than http and https are never given to the host', async () => {
    const fetchMedia = vi.fn<FetchMedia>(async () => given('application/pdf'));
    const { gateway, ended } = scene(fetchMedia);
    for (const url of ['file:///etc/passwd', 'ftp://cdn.test/a.pdf', '/etc/passwd', 'data:,x', 'https://'])
      await gateway.call('gemini', gemini('oa/m', fileData('application/pdf', url)), { caller: CALLER });
    expect(ended.map(({ error }) => error?.code)).toEqual(Array(5).fill('media_url_unsupported'));
    expect(fetchMedia).not.toHaveBeenCalled();
  });

  it('are not fetched where they are not enabled', async () => {
    const fetchMedia = vi.fn<FetchMedia>(async () => given('audio/mpeg'));
    const { gateway } = scene(fetchMedia, { features: { remoteMedia: false } });
    expect((await gateway.call('gemini', audio, { caller: CALLER })).status).toBe(403);
    expect(fetchMedia).not.toHaveBeenCalled();
  });
});

const inTurn = (model: string, order: number) => ({ model, order });

describe('a medium that could not be fetched', () => {
  const signed = gemini('oa/m', { text: 'hear' }, fileData('audio/mp3', SIGNED));

  it('is a 400 that tells neither the address nor the error; the operator reads it, without the query', async () => {
    const { gateway, upstream, logged, ended } = scene(async (url) => {
      throw new Error(`connect ECONNREFUSED 10.0.0.7:443 for ${url}`);
    });
    const { status, body } = await gateway.call('gemini', signed, { caller: CALLER });
    expect([status, ended[0]?.error?.code, ended[0]?.error?.param]).toEqual([
      400,
      'media_fetch_failed',
      'messages.0.content.1',
    ]);
    expect(body).toMatchObject({ error: { code: 400, message: expect.stringContaining('messages.0.content.1') } });
    expect(JSON.stringify(body)).not.toMatch(/cdn|10\.0|ECONN|Signature/);
    const line = logged.find((text) => text.startsWith('media could not be fetched'));
    expect(line).toContain('ECONNREFUSED');
    expect(line).not.toContain('5f3c9b2a');
    expect(upstream.calls).toHaveLength(0);
  });

  it.each([
    ['nothing', undefined],
    ['no bytes', { data: 'AAAA', mediaType: 'image/png' }],
    ['no media type', { data: BYTES }],
    ['a media type that would change the data URI', { data: BYTES, mediaType: 'image/png,evil' }],
    ['one without a subtype', { data: BYTES, mediaType: 'image' }],
  ])('is one for which the host gives %s', async (_, answer) => {
    const { gateway, ended } = scene(async () => answer as FetchedMedia);
    await gateway.call('gemini', audio, { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
  });

  it('is one that would make the media of the request larger than a body may be', async () => {
    const asked: number[] = [];
    const { gateway, ended } = scene(
      async (_, { maxBytes }) => {
        asked.push(maxBytes);
        return given('audio/wav', new Uint8Array(600));
      },
      { body: { maxBytes: 1000 } },
    );
    const parts = ['a', 'b'].map((name) => fileData('audio/wav', `https://cdn.test/${name}.wav`));
    await gateway.call('gemini', gemini('oa/m', ...parts), { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
    expect(asked).toEqual([1000, 1000]);
  });

  it('is any beyond 64 different ones', async () => {
    const fetchMedia = vi.fn<FetchMedia>(async () => given('audio/wav'));
    const { gateway, ended } = scene(fetchMedia);
    const parts = Array.from({ length: 65 }, (_, index) => fileData('audio/wav', `https://cdn.test/${index}.wav`));
    await gateway.call('gemini', gemini('oa/m', ...parts), { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
    expect(fetchMedia).not.toHaveBeenCalled();
  });

  it('lets another target serve the request that reads the URL itself, and is not asked for again', async () => {
    const fetchMedia = vi.fn<FetchMedia>(() => Promise.reject(new Error('gone')));
    const { gateway, upstream } = scene(fetchMedia, {
      models: { m: { deployments: ['oa/one', 'oa/two', 'ge/gemini-3-pro'].map(inTurn) } },
      providers: {
        oa: provider('openai-chat', 'oa'),
        ge: provider('gemini', 'ge'),
      },
    });
    const pending = gateway.call(
      'openai-chat',
      {
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [{ type: 'file', file: { file_data: 'https://cdn.test/a.pdf', filename: 'a.pdf' } }],
          },
        ],
        // Keeps the bytes from passing as they are.
        providerOptions: {},
      },
      { caller: CALLER },
    );
    const call = await upstream.next();
    expect(call.request.origin).toBe('https://ge.test');
    expect(bodyOf(call)).toContain('"fileUri":"https://cdn.test/a.pdf"');
    call.respond(200, {
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    });
    expect((await pending).status).toBe(200);
    expect(fetchMedia).toHaveBeenCalledTimes(1);
  });

  it('keeps another target that needs it too from having the rest fetched', async () => {
    const fetchMedia = vi.fn<FetchMedia>(() => Promise.reject(new Error('gone')));
    const { gateway, ended } = scene(fetchMedia, {
      models: { m: { deployments: ['oa/one', 'ge/gemini-2.0-flash'].map(inTurn) } },
    });
    const content = [
      { type: 'file', file: { file_data: 'https://cdn.test/a.pdf', filename: 'a.pdf' } },
      { type: 'image_url', image_url: { url: 'https://cdn.test/b.png' } },
    ];
    const request = { model: 'm', messages: [{ role: 'user', content }], providerOptions: {} };
    await gateway.call('openai-chat', request, { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
    expect(fetchMedia.mock.calls.map(([url]) => url)).toEqual(['https://cdn.test/a.pdf']);
  });

  it.each([
    ['RequestError', new RequestError('invalid_request', 'Only pictures of ours.'), 400, 'Only pictures of ours.'],
    ['AccessError', new AccessError('forbidden', 'Not for this caller.'), 403, 'Not for this caller.'],
  ])('is refused in the words of the host when it throws a %s', async (_, error, status, message) => {
    const { gateway } = scene(() => Promise.reject(error));
    const answer = await gateway.call('gemini', audio, { caller: CALLER });
    expect(answer).toMatchObject({ status, body: { error: { message } } });
  });

  it('is none of the provider’s faults, whatever the host fetched it with', async () => {
    const { gateway, ended } = scene(() =>
      Promise.reject(new UpstreamError('upstream_unavailable', 'The provider could not be reached.')),
    );
    await gateway.call('gemini', audio, { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
  });

  it('a host that throws at once is as good as one that rejects', async () => {
    const { gateway, ended } = scene(() => {
      throw new Error('at once');
    });
    await gateway.call('gemini', audio, { caller: CALLER });
    expect(ended[0]?.error?.code).toBe('media_fetch_failed');
  });
});

describe('fetches under way', () => {
  /** Fetches that the test ends by hand. */
  function held() {
    const open: {
      url: string;
      context: MediaContext;
      settle: (media: FetchedMedia) => void;
      fail: (error: Error) => void;
    }[] = [];
    const fetchMedia: FetchMedia = (url, context) =>
      new Promise((settle, fail) => {
        open.push({ url, context, settle, fail });
      });
    return { open, fetchMedia };
  }
  const six = gemini(
    'oa/m',
    ...[1, 2, 3, 4, 5, 6].map((index) => fileData('audio/wav', `https://cdn.test/${index}.wav`)),
  );

  it('are at most four at a time', async () => {
    const { open, fetchMedia } = held();
    const { gateway, upstream } = scene(fetchMedia);
    const pending = gateway.call('gemini', six, { caller: CALLER });
    await othersTurn();
    expect(open).toHaveLength(4);
    open[1]?.settle(given('audio/wav'));
    await othersTurn();
    expect(open.map(({ url }) => url).at(-1)).toBe('https://cdn.test/5.wav');
    for (const index of [0, 2, 3, 4]) open[index]?.settle(given('audio/wav'));
    await othersTurn();
    open[5]?.settle(given('audio/wav'));
    const call = await upstream.next();
    call.respond(200, COMPLETION);
    expect((await pending).status).toBe(200);
  });

  it('end with the first that fails, and none is begun after it', async () => {
    const { open, fetchMedia } = held();
    const { gateway, ended } = scene(fetchMedia);
    const pending = gateway.call('gemini', six, { caller: CALLER });
    await othersTurn();
    open[2]?.fail(new Error('404'));
    expect((await pending).status).toBe(400);
    expect(open.map(({ context }) => context.signal.aborted)).toEqual([true, true, true, true]);
    expect(ended[0]?.error?.param).toBe('messages.0.content.2');
  });

  it('end when the client leaves, also where the host does not heed the signal', async () => {
    const leave = new AbortController();
    let signal: AbortSignal | undefined;
    const { gateway, upstream, ended } = scene((_, context) => {
      signal = context.signal;
      return deaf();
    });
    const pending = gateway.call('gemini', audio, { caller: CALLER, signal: leave.signal });
    await othersTurn();
    leave.abort();
    await pending;
    expect(signal?.aborted).toBe(true);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    expect(upstream.calls).toHaveLength(0);
  });

  it('end when the client of a canonical request leaves', async () => {
    const leave = new AbortController();
    const { gateway, ended } = scene(deaf);
    const source = { kind: 'url', url: 'https://cdn.test/a.wav' } as const;
    const pending = gateway.chat(
      { model: 'oa/m', messages: [{ role: 'user', content: [{ type: 'audio', source }] }] },
      { caller: CALLER, signal: leave.signal },
    );
    await othersTurn();
    leave.abort();
    await expect(pending).rejects.toMatchObject({ code: 'client_gone' });
    expect(ended).toHaveLength(1);
  });

  it('end at the time limit of the request', async () => {
    const clock = manualClock();
    const upstream = scriptedDispatcher();
    const { gateway, ended } = scene(deaf, { platform: { clock, dispatcher: upstream }, timeouts: { total: '20s' } });
    const pending = gateway.call('gemini', audio, { caller: CALLER });
    await othersTurn();
    await clock.advance(20_000);
    expect((await pending).status).toBe(504);
    expect(ended[0]?.error?.code).toBe('upstream_timeout');
  });
});
