import { describe, expect, it } from 'vitest';
import { drained, errorOf, mediaScene, textOf } from '../../line/media/media.type-test.ts';
import { type ByteSource, isByteSource } from '../../transport/byte-source.ts';
import type { Chunk } from '../../transport/gateway-request.ts';

const encoder = new TextEncoder();
const field = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const AUDIO = `${field('model', 'm')}--B\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\nRIFF\r\n`;

/** A gateway whose alias `m` is one model of one provider. */
function scene(provider: string, model: string) {
  const inner = mediaScene({
    providers: { p: { extends: provider, apiKey: 'key-of-p' } },
    models: { m: { deployments: [`p/${model}`], retries: 0 } },
  });
  const transcribe = (more = '') =>
    inner.send('/v1/audio/transcriptions', {
      header: (name) => (name === 'content-type' ? 'multipart/form-data; boundary=B' : undefined),
      async *upload() {
        yield encoder.encode(`${AUDIO}${more}--B--`);
      },
    });
  return {
    ...inner,
    transcribe,
    /** Changes an image, or several, of a form. */
    edit: (more = '', images = ['image']) =>
      inner.send('/v1/images/edits', {
        header: (name) => (name === 'content-type' ? 'multipart/form-data; boundary=B' : undefined),
        async *upload() {
          const files = images.map(
            (name, at) =>
              `--B\r\ncontent-disposition: form-data; name="${name}"; filename="${at}.png"\r\ncontent-type: image/png\r\n\r\nPNG${at}\r\n`,
          );
          yield encoder.encode(`${field('model', 'm')}${field('prompt', 'A red door')}${files.join('')}${more}--B--`);
        },
      }),
    speak: (more: object = {}) => inner.ask('/v1/audio/speech', { model: 'm', input: 'Hello', voice: 'v1', ...more }),
    draw: (more: object = {}) => inner.ask('/v1/images/generations', { model: 'm', prompt: 'A door', ...more }),
  };
}

async function bodyOf(body: unknown): Promise<string> {
  if (!isByteSource(body as ByteSource)) return body === undefined ? '' : textOf(body as Chunk);
  let text = '';
  for await (const piece of (body as ByteSource).open()) text += textOf(piece);
  return text;
}

const json = async (body: unknown) => JSON.parse(await bodyOf(body)) as Record<string, unknown>;
const answered = async (reply: Parameters<typeof drained>[0]) => JSON.parse(await drained(reply)) as object;

/** Words of a transcript as several vendors tell them, the times in `unit`s of a second. */
const SECONDS = [
  ['Hello', 0, 0.5],
  ['there.', 0.5, 1],
  ['Bye.', 61.25, 62],
] as const;
const SRT = '1\n00:00:00,000 --> 00:00:01,000\nHello there.\n\n2\n00:01:01,250 --> 00:01:02,000\nBye.\n\n';

describe('Deepgram', () => {
  // Source: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
  const heard = {
    metadata: { duration: 62.5 },
    results: {
      channels: [
        {
          detected_language: 'en',
          alternatives: [
            {
              transcript: 'Hello there. Bye.',
              words: SECONDS.map(([punctuated_word, start, end]) => ({ word: 'x', punctuated_word, start, end })),
            },
          ],
        },
      ],
    },
  };

  it('hears audio as it was sent', async () => {
    const { transcribe, upstream, ended } = scene('deepgram', 'nova-3');
    const pending = transcribe(field('temperature', '0.2'));
    const { request, respond } = await upstream.next();
    const url = new URL(request.origin + request.path);
    expect([url.origin, url.pathname]).toEqual(['https://api.deepgram.com', '/v1/listen']);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model: 'nova-3',
      detect_language: 'true',
      smart_format: 'true',
    });
    expect(request.headers).toMatchObject({ authorization: 'Token key-of-p', 'content-type': 'audio/wav' });
    expect(await bodyOf(request.body)).toBe('RIFF');
    respond(200, heard);
    const reply = await pending;
    expect(await answered(reply)).toEqual({ text: 'Hello there. Bye.' });
    expect(reply.headers['x-postern-dropped']).toBe('temperature');
    expect(ended[0]?.usage).toEqual({ inputSeconds: 62.5 });
  });

  it.each([
    ['srt', 'text/plain; charset=utf-8', SRT],
    ['vtt', 'text/vtt; charset=utf-8', `WEBVTT\n\n${SRT.replaceAll(/^\d\n/gm, '').replaceAll(',', '.')}`],
    ['text', 'text/plain; charset=utf-8', 'Hello there. Bye.\n'],
  ])('is read as %s', async (format, type, text) => {
    const { transcribe, upstream } = scene('deepgram', 'nova-3');
    const pending = transcribe(field('response_format', format));
    (await upstream.next()).respond(200, heard);
    const reply = await pending;
    expect(reply.headers['content-type']).toBe(type);
    expect(await drained(reply)).toBe(text);
  });

  it('is read in full', async () => {
    const { transcribe, upstream } = scene('deepgram', 'nova-3');
    const pending = transcribe(field('response_format', 'verbose_json') + field('language', 'en'));
    const { request, respond } = await upstream.next();
    expect(new URL(request.origin + request.path).searchParams.get('language')).toBe('en');
    respond(200, heard);
    expect(await answered(await pending)).toMatchObject({
      task: 'transcribe',
      language: 'en',
      duration: 62.5,
      words: [{ word: 'Hello', start: 0, end: 0.5 }, {}, {}],
      segments: [
        { id: 0, text: 'Hello there.', start: 0, end: 1 },
        { id: 1, text: 'Bye.' },
      ],
    });
  });

  it('speaks, and its voice is its model', async () => {
    const { speak, upstream, ended } = scene('deepgram', 'aura-2-thalia-en');
    const pending = speak({ response_format: 'wav' });
    const call = await upstream.next();
    const url = new URL(call.request.origin + call.request.path);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model: 'aura-2-thalia-en',
      encoding: 'linear16',
      container: 'wav',
      sample_rate: '24000',
    });
    expect(await json(call.request.body)).toEqual({ text: 'Hello' });
    const stream = call.stream({ 'content-type': 'audio/wav' });
    stream.write('sound');
    stream.end();
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('voice');
    expect(await drained(reply)).toBe('sound');
    expect(ended[0]?.usage).toEqual({ inputCharacters: 5 });
  });

  it('is told apart when it refuses', async () => {
    const { speak, upstream } = scene('deepgram', 'aura-2-thalia-en');
    const pending = speak();
    (await upstream.next()).respond(400, { err_code: 'INPUT_TEXT_LIMIT', err_msg: 'Too long.', request_id: '1' });
    const reply = await pending;
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ message: 'Too long.' });
  });
});

describe('ElevenLabs', () => {
  it('speaks with a voice of its own', async () => {
    const { speak, upstream } = scene('elevenlabs', 'eleven_v3');
    const pending = speak({ speed: 1.1, instructions: 'softly' });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/text-to-speech/v1/stream?output_format=mp3_44100_128');
    expect(call.request.headers['xi-api-key']).toBe('key-of-p');
    expect(await json(call.request.body)).toEqual({
      text: 'Hello',
      model_id: 'eleven_v3',
      voice_settings: { speed: 1.1 },
    });
    const stream = call.stream({ 'content-type': 'audio/mpeg' });
    stream.write('sound');
    stream.end();
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('instructions');
    expect(await drained(reply)).toBe('sound');
  });

  it('gives no other format than the one asked for', async () => {
    const { speak, upstream } = scene('elevenlabs', 'eleven_v3');
    const reply = await speak({ response_format: 'flac' });
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ param: 'response_format' });
    expect(upstream.calls).toHaveLength(0);
  });

  it('hears', async () => {
    const { transcribe, upstream } = scene('elevenlabs', 'scribe_v2');
    const pending = transcribe(field('response_format', 'srt') + field('language', 'en'));
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v1/speech-to-text');
    const sent = await bodyOf(request.body);
    expect(sent).toMatch(/name="model_id"\r\n\r\nscribe_v2\r\n/);
    expect(sent).toMatch(/name="language_code"\r\n\r\nen\r\n/);
    expect(sent).toMatch(/name="file"; filename="a.wav"\r\ncontent-type: audio\/wav\r\n\r\nRIFF\r\n/);
    // Source: https://elevenlabs.io/docs/api-reference/speech-to-text/convert
    const words = SECONDS.flatMap(([text, start, end]) => [
      { text, start, end, type: 'word' },
      { text: ' ', start: end, end, type: 'spacing' },
    ]);
    respond(200, { language_code: 'en', text: 'Hello there. Bye.', words });
    expect(await drained(await pending)).toBe(SRT);
  });
});

describe('AssemblyAI', () => {
  // Source: https://www.assemblyai.com/docs/api-reference/transcripts/get
  const done = {
    id: 't1',
    status: 'completed',
    text: 'Hello there. Bye.',
    audio_duration: 63,
    words: SECONDS.map(([text, start, end]) => ({ text, start: start * 1000, end: end * 1000 })),
  };

  it('is given the audio, then the order, then asked until it is done', async () => {
    const { transcribe, upstream, clock, ended } = scene('assemblyai-speech', 'universal-2');
    const pending = transcribe(field('response_format', 'srt') + field('language', 'en'));
    const upload = await upstream.next();
    expect([upload.request.method, upload.request.path]).toEqual(['POST', '/v2/upload']);
    expect(upload.request.headers['authorization']).toBe('key-of-p');
    expect(await bodyOf(upload.request.body)).toBe('RIFF');
    upload.respond(200, { upload_url: 'https://cdn.assemblyai.test/1' });
    const order = await upstream.next();
    expect(order.request.path).toBe('/v2/transcript');
    expect(await json(order.request.body)).toEqual({
      audio_url: 'https://cdn.assemblyai.test/1',
      speech_models: ['universal-2'],
      language_code: 'en',
    });
    order.respond(200, { id: 't1', status: 'queued' });
    await waits(upstream, clock, 3_000);
    const question = await upstream.next();
    expect([question.request.method, question.request.path]).toEqual(['GET', '/v2/transcript/t1']);
    question.respond(200, { id: 't1', status: 'processing' });
    await waits(upstream, clock, 3_000);
    (await upstream.next()).respond(200, done);
    expect(await drained(await pending)).toBe(SRT);
    expect(ended[0]?.attempts).toHaveLength(1);
    expect(ended[0]?.usage).toEqual({ inputSeconds: 63 });
  });

  it('that fails is no answer', async () => {
    const { transcribe, upstream } = scene('assemblyai-speech', 'universal-2');
    const pending = transcribe();
    (await upstream.next()).respond(200, { id: 't1', status: 'error', error: 'No speech.' });
    expect(await errorOf(await pending)).toMatchObject({ message: 'No speech.' });
  });
});

describe('xAI', () => {
  // Source: https://docs.x.ai/developers/model-capabilities/audio/text-to-speech
  it.each([
    [undefined, { codec: 'mp3' }],
    ['pcm', { codec: 'pcm', sample_rate: 24_000 }],
  ])('speaks as %s in a language that it finds itself', async (response_format, output_format) => {
    const { speak, upstream, ended } = scene('xai', 'tts');
    const pending = speak({ response_format, instructions: 'softly' });
    const call = await upstream.next();
    expect([call.request.origin, call.request.path]).toEqual(['https://api.x.ai', '/v1/tts']);
    expect(await json(call.request.body)).toEqual({ text: 'Hello', voice_id: 'v1', language: 'auto', output_format });
    const stream = call.stream({ 'content-type': 'audio/mpeg' });
    stream.write('sound');
    stream.end();
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('instructions');
    expect(await drained(reply)).toBe('sound');
    expect(ended[0]?.usage).toEqual({ inputCharacters: 5 });
  });

  it('gives no other format than the one asked for', async () => {
    const { speak, upstream } = scene('xai', 'tts');
    expect(await errorOf(await speak({ response_format: 'opus' }))).toMatchObject({ param: 'response_format' });
    expect(upstream.calls).toHaveLength(0);
  });

  // Source: https://docs.x.ai/developers/model-capabilities/audio/speech-to-text
  it('hears a file that stands behind all else, and never fetches one', async () => {
    const { transcribe, upstream, ended } = scene('xai', 'stt');
    const options = { p: { keyterm: ['Postern', 'door'], url: 'https://elsewhere.test/a.wav' } };
    const pending = transcribe(
      field('response_format', 'srt') + field('language', 'en') + field('providerOptions', JSON.stringify(options)),
    );
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v1/stt');
    const sent = await bodyOf(request.body);
    expect([...sent.matchAll(/name="(\w+)"/g)].map(([, name]) => name)).toEqual([
      ...['language', 'format', 'keyterm', 'keyterm', 'file'],
    ]);
    expect(sent).not.toContain('elsewhere');
    const words = SECONDS.map(([text, start, end]) => ({ text, start, end }));
    respond(200, { text: 'Hello there. Bye.', language: '', duration: 62.5, words });
    expect(await drained(await pending)).toBe(SRT);
    expect(ended[0]?.usage).toEqual({ inputSeconds: 62.5 });
  });
});

describe('MiniMax', () => {
  // Source: https://platform.minimax.io/docs/api-reference/speech-t2a-http
  it('speaks, and its digits are bytes', async () => {
    const { speak, upstream, ended } = scene('minimax', 'speech-2.8-hd');
    const pending = speak({ speed: 1.5, response_format: 'pcm', instructions: 'softly' });
    const { request, respond } = await upstream.next();
    expect([request.origin, request.path]).toEqual(['https://api.minimax.io', '/v1/t2a_v2']);
    expect(await json(request.body)).toEqual({
      model: 'speech-2.8-hd',
      text: 'Hello',
      stream: false,
      output_format: 'hex',
      voice_setting: { voice_id: 'v1', speed: 1.5 },
      audio_setting: { format: 'pcm', sample_rate: 24_000, channel: 1 },
    });
    respond(200, {
      data: { audio: '00ff10', status: 2 },
      extra_info: { usage_characters: 7 },
      base_resp: { status_code: 0, status_msg: 'success' },
    });
    const reply = await pending;
    expect(reply.headers['content-type']).toBe('audio/pcm;rate=24000');
    expect(reply.headers['x-postern-dropped']).toBe('instructions');
    expect([...(reply.body as Uint8Array)]).toEqual([0x00, 0xff, 0x10]);
    expect(ended[0]?.usage).toEqual({ inputCharacters: 7 });
  });

  // Source: https://platform.minimax.io/docs/api-reference/errorcode
  it.each([
    [1002, 429, 'rate limit'],
    [2013, 400, 'invalid params'],
    [1026, 400, 'sensitive'],
  ])('that refuses with %i and a good status is no answer', async (status_code, status, status_msg) => {
    const { speak, upstream } = scene('minimax', 'speech-2.8-hd');
    const pending = speak();
    (await upstream.next()).respond(200, { base_resp: { status_code, status_msg } });
    expect((await pending).status).toBe(status);
  });

  it.each(['', '0', 'zz', undefined])('%j is no audio', async (audio) => {
    const { speak, upstream } = scene('minimax', 'speech-2.8-hd');
    const pending = speak();
    (await upstream.next()).respond(200, { data: { audio }, base_resp: { status_code: 0 } });
    expect((await pending).status).toBe(502);
  });
});

/** Before the pause is over nothing is asked; then time goes on. */
async function waits(
  upstream: ReturnType<typeof scene>['upstream'],
  clock: ReturnType<typeof scene>['clock'],
  ms: number,
) {
  const calls = upstream.calls.length;
  await othersTurn();
  await clock.advance(ms - 1);
  expect(upstream.calls).toHaveLength(calls);
  await clock.advance(1);
}

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('Black Forest Labs', () => {
  it('is asked until the image is there, at its own address and no other', async () => {
    const { draw, upstream, clock, ended } = scene('black_forest_labs', 'flux-2-pro');
    const pending = draw({ size: '1024x768', n: 1 });
    const order = await upstream.next();
    expect([order.request.origin, order.request.path]).toEqual(['https://api.us.bfl.ai', '/v1/flux-2-pro']);
    expect(order.request.headers['x-key']).toBe('key-of-p');
    expect(await json(order.request.body)).toEqual({ prompt: 'A door', width: 1024, height: 768 });
    // Source: https://docs.bfl.ml/quick_start/generating_images
    order.respond(200, { id: 'i 1', polling_url: 'https://elsewhere.test/v1/get_result?id=1' });
    await waits(upstream, clock, 500);
    const question = await upstream.next();
    expect([question.request.origin, question.request.path]).toEqual([
      'https://api.us.bfl.ai',
      '/v1/get_result?id=i+1',
    ]);
    question.respond(200, { id: 'i 1', status: 'Ready', result: { sample: 'https://cdn.bfl.test/1.jpg' } });
    expect(await answered(await pending)).toMatchObject({ data: [{ url: 'https://cdn.bfl.test/1.jpg' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 1 });
  });

  it('that moderates says so', async () => {
    const { draw, upstream } = scene('black_forest_labs', 'flux-2-pro');
    const pending = draw();
    (await upstream.next()).respond(200, { id: '1', status: 'Content Moderated', result: null });
    expect(await errorOf(await pending)).toMatchObject({ code: 'content_filtered' });
  });

  it('whose client leaves while it waits is asked no more', async () => {
    const { draw, upstream, clock, ended, signal } = scene('black_forest_labs', 'flux-2-pro');
    const pending = draw();
    (await upstream.next()).respond(200, { id: '1' });
    await othersTurn();
    signal.abort(new Error('gone'));
    await pending;
    await clock.advance(10_000);
    expect(upstream.calls).toHaveLength(1);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'cancelled' });
  });
});

it.each([
  [
    'deepinfra',
    'Qwen/Qwen3-Reranker-8B',
    'https://api.deepinfra.com',
    '/v1/inference/Qwen/Qwen3-Reranker-8B',
    { scores: [0.1, 0.2] },
  ],
  [
    'nvidia_nim-rerank',
    'nvidia/llama-3.2-nv-rerankqa-1b-v2',
    'https://ai.api.nvidia.com',
    '/v1/retrieval/nvidia/llama-3_2-nv-rerankqa-1b-v2/reranking',
    {
      rankings: [
        { index: 1, logit: 2 },
        { index: 0, logit: 1 },
      ],
    },
  ],
])('%s ranks documents at the path of the model', async (provider, model, origin, path, answer) => {
  const { ask, upstream } = scene(provider, model);
  const pending = ask('/v1/rerank', { model: 'm', query: 'Which?', documents: ['a', 'b'] });
  const { request, respond } = await upstream.next();
  expect([request.origin, request.path]).toEqual([origin, path]);
  expect(request.headers['authorization']).toBe('Bearer key-of-p');
  respond(200, answer);
  expect(await answered(await pending)).toMatchObject({ results: [{ index: 1 }, { index: 0 }] });
});

// Sources: https://docs.together.ai/reference/post-images-generations, https://docs.together.ai/docs/inference/images/parameters,
// https://docs.siliconflow.com/en/api-reference/images/images-generations, https://docs.tokenfactory.nebius.com/api-reference/inference/create-image
it.each([
  [
    'together_ai',
    'FLUX.1.1-pro',
    { width: 1920, height: 1080, n: 2, response_format: 'base64' },
    { data: [{ b64_json: 'AAAA' }] },
    'quality',
  ],
  [
    'together_ai',
    'FLUX.1-schnell',
    { aspect_ratio: '16:9', n: 2, response_format: 'base64' },
    { data: [{ b64_json: 'AAAA' }] },
    'quality',
  ],
  [
    'siliconflow',
    'FLUX.1-dev',
    { image_size: '1920x1080', batch_size: 2 },
    { images: [{ url: 'https://i.test/1' }], seed: 1 },
    'response_format,quality',
  ],
  [
    'nebius',
    'flux-dev',
    { width: 1920, height: 1080, response_format: 'b64_json' },
    { data: [{ b64_json: 'AAAA' }] },
    'n,quality',
  ],
])('%s is told of %s in its own words what an image is to be', async (provider, model, spelled, answer, dropped) => {
  const { draw, upstream, ended } = scene(provider, model);
  const pending = draw({ size: '1920x1080', n: 2, response_format: 'b64_json', quality: 'high' });
  const { request, respond } = await upstream.next();
  expect(request.path).toBe('/v1/images/generations');
  expect(await json(request.body)).toEqual({ model, prompt: 'A door', ...spelled });
  respond(200, answer);
  const reply = await pending;
  expect(reply.headers['x-postern-dropped']?.split(', ').sort()).toEqual(dropped.split(',').sort());
  expect(await answered(reply)).toMatchObject({ data: Object.values(answer)[0] });
  expect(ended[0]?.usage).toEqual({ outputImages: 1 });
});

it('fal.ai is asked at the path of the model', async () => {
  const { draw, upstream } = scene('fal_ai', 'fal-ai/flux/dev');
  const pending = draw({ size: '512x512', n: 2, response_format: 'b64_json' });
  const { request, respond } = await upstream.next();
  expect([request.origin, request.path]).toEqual(['https://fal.run', '/fal-ai/flux/dev']);
  expect(request.headers['authorization']).toBe('Key key-of-p');
  expect(await json(request.body)).toEqual({
    prompt: 'A door',
    image_size: { width: 512, height: 512 },
    num_images: 2,
    sync_mode: true,
  });
  // Source: https://fal.ai/models/fal-ai/flux/dev/api
  respond(200, { images: [{ url: 'data:image/png;base64,AAAA' }, { url: 'https://fal.test/1.png' }] });
  expect(await answered(await pending)).toMatchObject({
    data: [{ b64_json: 'AAAA' }, { url: 'https://fal.test/1.png' }],
  });
});

it.each([
  ['stable-image-core', '/v2beta/stable-image/generate/core', undefined],
  ['sd3.5-large', '/v2beta/stable-image/generate/sd3', 'sd3.5-large'],
])('Stability is sent a form to the service of %s', async (model, path, named) => {
  const { draw, upstream } = scene('stability', model);
  const pending = draw({ size: '1920x1080', output_format: 'png', n: 3 });
  const { request, respond } = await upstream.next();
  expect(request.path).toBe(path);
  expect(request.headers['accept']).toBe('application/json');
  const sent = await bodyOf(request.body);
  expect(/name="model"\r\n\r\n(.*)\r\n/.exec(sent)?.[1]).toBe(named);
  expect(sent).toContain('name="aspect_ratio"\r\n\r\n16:9\r\n');
  // Source: https://platform.stability.ai/docs/api-reference#tag/Generate
  respond(200, { image: 'AAAA', finish_reason: 'SUCCESS', seed: 1 });
  const reply = await pending;
  expect(reply.headers['x-postern-dropped']).toBe('n');
  expect(await answered(reply)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
});

describe('an image is changed', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const png = (text: string) => `data:image/png;base64,${base64(text)}`;

  // Source: https://docs.bfl.ml/api-reference/models/generate-or-edit-an-image-with-flux2-%5Bpro%5D
  it('by Black Forest Labs: several, each a member of its own', async () => {
    const { edit, upstream, clock } = scene('black_forest_labs', 'flux-2-pro');
    const pending = edit(field('size', '1024x768') + field('quality', 'high'), ['image[]', 'image[]']);
    const { request, respond } = await upstream.next();
    expect([request.method, request.path]).toEqual(['POST', '/v1/flux-2-pro']);
    expect(request.headers['content-type']).toBe('application/json');
    expect(await json(request.body)).toEqual({
      prompt: 'A red door',
      width: 1024,
      height: 768,
      input_image: base64('PNG0'),
      input_image_2: base64('PNG1'),
    });
    respond(200, { id: '1' });
    await waits(upstream, clock, 500);
    (await upstream.next()).respond(200, { status: 'Ready', result: { sample: 'https://cdn.bfl.test/1.jpg' } });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('quality');
    expect(await answered(reply)).toMatchObject({ data: [{ url: 'https://cdn.bfl.test/1.jpg' }] });
  });

  // Source: https://docs.bfl.ml/api-reference/models/edit-or-create-an-image-with-flux-kontext-pro
  it('by a model that knows shapes instead of sizes', async () => {
    const { edit, upstream } = scene('black_forest_labs', 'flux-kontext-pro');
    const pending = edit(field('size', '1920x1080'));
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toEqual({
      prompt: 'A red door',
      aspect_ratio: '16:9',
      input_image: base64('PNG0'),
    });
    respond(200, { status: 'Ready', result: { sample: 'https://cdn.bfl.test/1.jpg' } });
    await pending;
  });

  // Sources: https://fal.ai/models/fal-ai/flux-pro/kontext/api, https://fal.ai/models/fal-ai/qwen-image-2/edit/api
  it.each([
    ['fal-ai/flux-pro/kontext', ['image'], { image_url: png('PNG0') }],
    ['fal-ai/qwen-image-2/edit', ['image'], { image_urls: [png('PNG0')] }],
    ['fal-ai/flux-pro/kontext/multi', ['image[]', 'image[]'], { image_urls: [png('PNG0'), png('PNG1')] }],
  ])('by fal.ai at %s', async (model, images, members) => {
    const { edit, upstream } = scene('fal_ai', model);
    const pending = edit('', images);
    const { request, respond } = await upstream.next();
    expect(request.path).toBe(`/${model}`);
    expect(await json(request.body)).toEqual({ prompt: 'A red door', ...members });
    respond(200, { images: [{ url: 'https://fal.test/1.png' }] });
    expect(await answered(await pending)).toMatchObject({ data: [{ url: 'https://fal.test/1.png' }] });
  });

  it('by its address in JSON, where the target fetches it', async () => {
    const { ask, upstream } = scene('fal_ai', 'fal-ai/flux-pro/kontext');
    const images = [{ image_url: 'https://pictures.test/"1".png' }];
    const pending = ask('/v1/images/edits', { model: 'm', prompt: 'A red door', images });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toMatchObject({ image_url: 'https://pictures.test/"1".png' });
    respond(200, { images: [{ url: 'https://fal.test/1.png' }] });
    expect((await pending).status).toBe(200);
  });

  // Source: https://platform.stability.ai/docs/api-reference#tag/Edit
  it.each(['search-and-replace', 'stable-image-search-and-replace'])('by Stability’s service %s', async (model) => {
    const { edit, upstream } = scene('stability', model);
    const options = { p: { search_prompt: 'door' } };
    const pending = edit(field('providerOptions', JSON.stringify(options)) + field('n', '2'));
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v2beta/stable-image/edit/search-and-replace');
    const sent = await bodyOf(request.body);
    expect(sent).toMatch(/name="search_prompt"\r\n\r\ndoor\r\n/);
    expect(sent).toMatch(/name="prompt"\r\n\r\nA red door\r\n/);
    expect(sent).toMatch(/name="image"; filename="0.png"\r\ncontent-type: image\/png\r\n\r\nPNG0\r\n/);
    respond(200, { image: 'AAAA', finish_reason: 'SUCCESS' });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('n');
    expect(await answered(reply)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
  });

  it('by bytes that stand in JSON', async () => {
    const { ask, upstream } = scene('stability', 'remove-background');
    const pending = ask('/v1/images/edits', { model: 'm', prompt: 'x', images: [{ image_url: png('PNG!') }] });
    const { request, respond } = await upstream.next();
    expect(await bodyOf(request.body)).toMatch(/content-type: image\/png\r\n\r\nPNG!\r\n/);
    respond(200, { image: 'AAAA' });
    expect((await pending).headers['x-postern-dropped']).toBe('prompt');
  });

  it.each([
    ['stability', 'sd3.5-large', '', ['image'], 'model'],
    ['stability', 'inpaint', '', ['image[]', 'image[]'], 'image'],
    ['fal_ai', 'fal-ai/flux-pro/kontext', '', ['image[]', 'image[]'], 'image'],
    ['black_forest_labs', 'flux-2-pro', field('mask', 'x'), ['image'], 'mask'],
  ])('and not by %s’ %s where it would come out as something else', async (provider, model, more, images, param) => {
    const { edit, upstream } = scene(provider, model);
    const reply = await edit(more, images);
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ param });
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('Replicate', () => {
  // Source: https://replicate.com/docs/topics/predictions
  it('is asked by the id of the prediction, and never at an address out of the answer', async () => {
    const { draw, upstream, clock, ended } = scene('replicate', 'black-forest-labs/flux-schnell');
    const pending = draw({ size: '1920x1080', output_format: 'jpeg', n: 2, providerOptions: { p: { go_fast: true } } });
    const order = await upstream.next();
    expect([order.request.origin, order.request.path]).toEqual([
      'https://api.replicate.com',
      '/v1/models/black-forest-labs/flux-schnell/predictions',
    ]);
    expect(order.request.headers['prefer']).toBe('wait');
    expect(await json(order.request.body)).toEqual({
      input: { prompt: 'A door', aspect_ratio: '16:9', output_format: 'jpg', go_fast: true },
    });
    order.respond(201, { id: 'p1', status: 'processing', urls: { get: 'https://elsewhere.test/v1/predictions/p1' } });
    await waits(upstream, clock, 500);
    const question = await upstream.next();
    expect([question.request.method, question.request.origin, question.request.path]).toEqual([
      'GET',
      'https://api.replicate.com',
      '/v1/predictions/p1',
    ]);
    question.respond(200, { id: 'p1', status: 'succeeded', output: ['https://r.test/1.jpg'] });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('n');
    expect(await answered(reply)).toMatchObject({ data: [{ url: 'https://r.test/1.jpg' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 1 });
  });

  it.each([
    ['NSFW content detected', 'content_filtered'],
    ['CUDA out of memory', 'upstream_unavailable'],
  ])('that fails with “%s” says so', async (error, code) => {
    const { draw, upstream } = scene('replicate', 'a/b');
    const pending = draw();
    (await upstream.next()).respond(201, { id: 'p1', status: 'failed', error, output: null });
    expect(await errorOf(await pending)).toMatchObject({ code });
  });
});

// Source: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
it('Polly speaks with an engine, signed, and in one format', async () => {
  const signed = mediaScene({
    providers: { p: { extends: 'aws_polly', settings: { region: 'eu-west-1' } } },
    credentials: { p: { headers: () => Promise.resolve({ authorization: 'AWS4-HMAC-SHA256 signed' }) } },
    models: { m: { deployments: ['p/neural'], retries: 0 } },
  });
  const asked = { model: 'm', input: 'Hello', voice: 'Joanna' };
  const pending = signed.ask('/v1/audio/speech', { ...asked, speed: 2 });
  const call = await signed.upstream.next();
  expect([call.request.origin, call.request.path]).toEqual(['https://polly.eu-west-1.amazonaws.com', '/v1/speech']);
  expect(call.request.headers['authorization']).toBe('AWS4-HMAC-SHA256 signed');
  expect(await json(call.request.body)).toEqual({
    Engine: 'neural',
    OutputFormat: 'mp3',
    Text: 'Hello',
    VoiceId: 'Joanna',
  });
  const stream = call.stream({ 'content-type': 'audio/mpeg' });
  stream.write('sound');
  stream.end();
  const reply = await pending;
  expect(reply.headers['x-postern-dropped']).toBe('speed');
  expect(await drained(reply)).toBe('sound');
  const refused = await signed.ask('/v1/audio/speech', { ...asked, response_format: 'pcm' });
  expect(await errorOf(refused)).toMatchObject({ param: 'response_format' });
});

it('Runway is asked until the task is done', async () => {
  const { draw, upstream, clock } = scene('runwayml', 'gen4_image');
  const pending = draw();
  const order = await upstream.next();
  expect(order.request.path).toBe('/v1/text_to_image');
  expect(order.request.headers['x-runway-version']).toBe('2024-11-06');
  expect(await json(order.request.body)).toEqual({ model: 'gen4_image', promptText: 'A door', ratio: '1024:1024' });
  order.respond(200, { id: 'task-1' });
  await waits(upstream, clock, 5_000);
  const question = await upstream.next();
  expect([question.request.method, question.request.path]).toEqual(['GET', '/v1/tasks/task-1']);
  question.respond(200, { id: 'task-1', status: 'SUCCEEDED', output: ['https://cdn.runway.test/1.png'] });
  const reply = await pending;
  expect(reply.headers['x-postern-inserted']).toBe('size=1024x1024');
  expect(await answered(reply)).toMatchObject({ data: [{ url: 'https://cdn.runway.test/1.png' }] });
});

describe('Google', () => {
  it('predicts with Imagen', async () => {
    const { draw, upstream } = scene('gemini', 'imagen-4.0-generate-001');
    const pending = draw({ n: 2, size: '1024x1024' });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v1beta/models/imagen-4.0-generate-001:predict');
    expect(await json(request.body)).toEqual({
      instances: [{ prompt: 'A door' }],
      parameters: { sampleCount: 2, aspectRatio: '1:1' },
    });
    // Source: https://ai.google.dev/gemini-api/docs/imagen
    respond(200, { predictions: [{ mimeType: 'image/png', bytesBase64Encoded: 'AAAA' }] });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
  });

  it('answers with images of its other models', async () => {
    const { draw, upstream, ended } = scene('gemini', 'gemini-2.5-flash-image');
    const pending = draw();
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v1beta/models/gemini-2.5-flash-image:generateContent');
    expect(await json(request.body)).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A door' }] }],
      generationConfig: { responseModalities: ['IMAGE'] },
    });
    // Source: https://ai.google.dev/gemini-api/docs/image-generation
    const parts = [{ text: 'Here:' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }];
    respond(200, {
      candidates: [{ content: { parts }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1290, totalTokenCount: 1293 },
    });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
    expect(ended[0]?.usage).toMatchObject({ input: 3, outputImages: 1 });
  });

  it('that blocks a prompt says so', async () => {
    const { draw, upstream } = scene('gemini', 'gemini-2.5-flash-image');
    const pending = draw();
    (await upstream.next()).respond(200, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(await errorOf(await pending)).toMatchObject({ code: 'content_filtered' });
  });

  it.each([
    [undefined, 'audio/wav', 44],
    ['pcm', 'audio/pcm;rate=24000', 0],
  ])('speaks samples, which come as %s', async (response_format, type, head) => {
    const { speak, upstream } = scene('gemini', 'gemini-2.5-flash-preview-tts');
    const pending = speak({ voice: 'Kore', response_format });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toEqual({
      contents: [{ parts: [{ text: 'Hello' }] }],
      generationConfig: {
        responseModalities: ['AUDIO'],
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
      },
    });
    // Source: https://ai.google.dev/gemini-api/docs/speech-generation
    const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'AAECAw==' };
    respond(200, { candidates: [{ content: { parts: [{ inlineData }] } }] });
    const reply = await pending;
    const bytes = reply.body as Uint8Array;
    expect(reply.headers['content-type']).toBe(type);
    expect([...bytes.subarray(head)]).toEqual([0, 1, 2, 3]);
    if (head > 0) expect(textOf(bytes.subarray(0, 4))).toBe('RIFF');
  });
});

it('a provider without chats refuses one', async () => {
  const { ask, upstream } = scene('deepgram', 'nova-3');
  const reply = await ask('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'Hello' }] });
  expect(reply.status).toBe(400);
  expect(await errorOf(reply)).toMatchObject({ code: 'operation_unsupported' });
  expect(upstream.calls).toHaveLength(0);
});
