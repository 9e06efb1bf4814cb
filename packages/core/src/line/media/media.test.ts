import { describe, expect, it } from 'vitest';
import { ClientGone, UpstreamError } from '../../kit/errors.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { drained, errorOf, mediaScene, textOf } from './media.type-test.ts';

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

const sent = (body: unknown) => JSON.parse(textOf(body as Chunk)) as Record<string, unknown>;

describe('moderations', () => {
  it('go to the model that was asked for, and come back as they are', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/moderations', { model: 'm', input: 'Hello' });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/moderations');
    expect(sent(call.request.body)).toEqual({ model: 'one', input: 'Hello' });
    // Source: https://platform.openai.com/docs/api-reference/moderations/object
    const verdict = { id: 'modr-1', model: 'omni-moderation-latest', results: [{ flagged: false }] };
    call.respond(200, verdict);
    expect(JSON.parse(await drained(await pending))).toEqual(verdict);
    expect(ended[0]).toMatchObject({ outcome: 'ok', operation: 'moderations' });
  });

  it('name their model', async () => {
    const { ask } = mediaScene();
    const reply = await ask('/v1/moderations', { input: 'Hello' });
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ param: 'model' });
  });

  it('have no image fetched where that is not enabled', async () => {
    const { ask } = mediaScene({ features: { remoteMedia: false } });
    const input = [{ type: 'image_url', image_url: { url: 'https://elsewhere.test/a.png' } }];
    expect((await ask('/v1/moderations', { model: 'm', input })).status).toBe(403);
  });
});

describe('images', () => {
  it('come back as they are, and what they cost is known by class', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door', n: 2 });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/images/generations');
    // Source: https://platform.openai.com/docs/api-reference/images/object
    const usage = {
      input_tokens: 50,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
      output_tokens: 60,
      total_tokens: 110,
    };
    const images = { created: 1, data: [{ b64_json: 'AAAA' }, { url: 'https://cdn.test/1.png' }], usage };
    call.respond(200, images);
    expect(JSON.parse(await drained(await pending))).toEqual(images);
    expect(ended[0]?.usage).toEqual({ input: 10, inputImage: 40, outputImage: 60, outputImages: 2 });
  });

  // Source: https://platform.openai.com/docs/api-reference/images/object: `created` is required, `data` is not.
  it.each([
    [{ created: 1 }, 200],
    [{ created: 1, data: null }, 502],
    [{ created: 1, data: {} }, 502],
    [{ model: 'x' }, 502],
  ])('may leave out their list, but not all else: %j', async (answer, status) => {
    const { ask, upstream } = mediaScene({ models: { m: { deployments: ['a/one'], retries: 0 } } });
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door' });
    (await upstream.next()).respond(200, answer);
    expect((await pending).status).toBe(status);
  });

  // Source: https://platform.openai.com/docs/api-reference/images-streaming
  const partial =
    'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"AA"}\n\n';
  const completed =
    'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"AABB","usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12,"input_tokens_details":{"text_tokens":5,"image_tokens":0}}}\n\n';

  it('pass as a stream, byte by byte, and the last event tells the usage', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door', stream: true, partial_images: 1 });
    const call = await upstream.next();
    expect(call.request.headers['accept']).toBe('text/event-stream');
    const stream = call.stream();
    stream.write(partial);
    const reply = await pending;
    expect(reply.headers['content-type']).toMatch(/^text\/event-stream/);
    stream.write(completed);
    stream.end();
    expect(await drained(reply)).toBe(partial + completed);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'ok', usage: { input: 5, outputImage: 7, outputImages: 1 } });
  });

  it('that break off in their stream end with an error, and not as if they were whole', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door', stream: true });
    const stream = (await upstream.next()).stream();
    stream.write(partial);
    const reply = await pending;
    stream.end();
    expect(await drained(reply)).toMatch(/"error":/);
    expect(ended[0]).toMatchObject({ outcome: 'fault', error: { code: 'upstream_incomplete' } });
  });

  it('that fail before their first event are asked for elsewhere', async () => {
    const { ask, upstream } = mediaScene();
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door', stream: true });
    const first = (await upstream.next()).stream();
    first.write('data: {"type":"error","error":{"type":"server_error","message":"later","code":null}}\n\n');
    first.end();
    const second = (await upstream.next()).stream();
    second.write(completed);
    second.end();
    expect(await drained(await pending)).toBe(completed);
  });

  it('of a model that does not stream come whole, also to who asked for a stream', async () => {
    const { ask, upstream } = mediaScene();
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door', stream: true });
    (await upstream.next()).respond(200, { created: 1, data: [{ url: 'https://cdn.test/1.png' }] });
    const reply = await pending;
    expect(reply.headers['content-type']).toBe('application/json');
    expect(JSON.parse(await drained(reply))).toMatchObject({ data: [{ url: 'https://cdn.test/1.png' }] });
  });
});

const SPEAK = { model: 'm', input: 'Grüße 🚪', voice: 'alloy' };
const MP3 = { 'content-type': 'audio/mpeg' };

describe('speech', () => {
  it('is passed on as it comes, with its own content type, and settled when it ends', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/audio/speech');
    expect(sent(call.request.body)).toEqual({ ...SPEAK, model: 'one' });
    const stream = call.stream(MP3);
    stream.write('first');
    const reply = await pending;
    expect(reply.headers['content-type']).toBe('audio/mpeg');
    expect(ended).toHaveLength(0);
    stream.write('second');
    stream.end();
    expect(await drained(reply)).toBe('firstsecond');
    // Seven characters, the door being one.
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'ok', usage: { inputCharacters: 7 } });
  });

  it('is read no faster than the client reads', async () => {
    const { ask, upstream } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    const stream = (await upstream.next()).stream(MP3);
    for (let piece = 0; piece < 10; piece++) stream.write('x');
    await pending;
    await othersTurn();
    expect(stream.taken).toBe(1);
  });

  it('that fails before its first byte is asked for elsewhere', async () => {
    const { ask, upstream } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    (await upstream.next()).stream(MP3).break(new UpstreamError('upstream_unavailable', 'reset'));
    const stream = (await upstream.next()).stream(MP3);
    stream.write('sound');
    stream.end();
    expect(await drained(await pending)).toBe('sound');
  });

  it('that comes empty is no answer', async () => {
    const { ask, upstream } = mediaScene({ models: { m: { deployments: ['a/one'], retries: 0 } } });
    const pending = ask('/v1/audio/speech', SPEAK);
    (await upstream.next()).stream(MP3).end();
    expect((await pending).status).toBe(502);
  });

  it('that breaks off breaks the answer: the client must not take it for whole', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    const stream = (await upstream.next()).stream(MP3);
    stream.write('first');
    const reply = await pending;
    stream.break(new UpstreamError('upstream_unavailable', 'reset'));
    await expect(drained(reply)).rejects.toThrow();
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'fault', usage: { inputCharacters: 7 } });
  });

  it('whose client leaves is cancelled at the provider, and settled once', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    const call = await upstream.next();
    call.stream(MP3).write('first');
    const reply = await pending;
    reply.cancel(new ClientGone());
    expect(await call.cancelled).toBeInstanceOf(ClientGone);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('that stops in the middle is given up after the idle time', async () => {
    const { ask, upstream, clock, ended } = mediaScene();
    const pending = ask('/v1/audio/speech', SPEAK);
    const stream = (await upstream.next()).stream(MP3);
    stream.write('first');
    const broken = expect(drained(await pending)).rejects.toThrow();
    await othersTurn();
    await clock.advance(30_000);
    await broken;
    expect(ended[0]).toMatchObject({ outcome: 'fault', error: { code: 'upstream_timeout' } });
  });

  it.each(['text/html', 'application/json'])('that comes as %s is none', async (type) => {
    const { ask, upstream } = mediaScene({ models: { m: { deployments: ['a/one'], retries: 0 } } });
    const pending = ask('/v1/audio/speech', SPEAK);
    (await upstream.next()).respond(200, '{"what":"is this"}', { 'content-type': type });
    const reply = await pending;
    expect(reply.status).toBe(502);
    expect(reply.headers['content-type']).toBe('application/json');
  });

  it('passes as events where they were asked for', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask('/v1/audio/speech', { ...SPEAK, stream_format: 'sse' });
    const call = await upstream.next();
    const stream = call.stream();
    // Source: https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event
    const events =
      'data: {"type":"speech.audio.delta","audio":"AAAA"}\n\n' +
      'data: {"type":"speech.audio.done","usage":{"input_tokens":3,"output_tokens":9,"total_tokens":12}}\n\n';
    stream.write(events);
    stream.end();
    expect(await drained(await pending)).toBe(events);
    expect(ended[0]).toMatchObject({ outcome: 'ok', usage: { input: 3, outputAudio: 9 } });
  });

  it.each([{ input: '' }, { input: undefined }, { input: ['a'] }])(
    'needs a text to speak: %j is none',
    async (wrong) => {
      const { ask } = mediaScene();
      const reply = await ask('/v1/audio/speech', { ...SPEAK, ...wrong });
      expect(reply.status).toBe(400);
      expect(await errorOf(reply)).toMatchObject({ param: 'input' });
    },
  );
});
