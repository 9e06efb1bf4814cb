import { describe, expect, it } from 'vitest';
import { drained, errorOf, mediaScene } from '../../line/media/media.type-test.ts';
import { answered, bodyOf, field, json, SECONDS, SRT, scene, waits } from './scene.type-test.ts';

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

  // Source: https://www.assemblyai.com/docs/pre-recorded-audio/prompting
  it.each([
    ['universal-3-pro', { prompt: 'Names of chess players' }, ''],
    ['universal-2', {}, 'prompt'],
  ])('%s is told what it is about, where it listens to that', async (model, told, dropped) => {
    const { transcribe, upstream } = scene('assemblyai-speech', model);
    const pending = transcribe(field('prompt', 'Names of chess players') + field('language', 'en'));
    (await upstream.next()).respond(200, { upload_url: 'https://cdn.assemblyai.test/1' });
    const order = await upstream.next();
    expect(await json(order.request.body)).toEqual({
      audio_url: 'https://cdn.assemblyai.test/1',
      speech_models: [model],
      language_code: 'en',
      ...told,
    });
    order.respond(200, done);
    expect((await pending).headers['x-postern-dropped'] ?? '').toBe(dropped);
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
