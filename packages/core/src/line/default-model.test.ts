import { describe, expect, it } from 'vitest';
import type { Chunk } from '../transport/gateway-request.ts';
import { drained, errorOf, mediaScene, textOf } from './media/media.type-test.ts';

const sent = (body: unknown) => JSON.parse(textOf(body as Chunk)) as Record<string, unknown>;

/** Source: https://platform.openai.com/docs/api-reference/moderations/object */
const VERDICT = { id: 'modr-1', model: 'omni-moderation-latest', results: [] };
/** Source: https://platform.openai.com/docs/api-reference/images/object */
const IMAGES = { created: 1, data: [] };

const file = (name: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"; filename="a.png"\r\ncontent-type: image/png\r\n\r\nx\r\n`;
const form = (parts: string) => ({
  header: (name: string) => (name === 'content-type' ? 'multipart/form-data; boundary=B' : undefined),
  async *upload() {
    yield new TextEncoder().encode(`${parts}--B--\r\n`);
  },
});

describe('a request without a model', () => {
  it.each([{ input: 'Hello' }, { model: null, input: 'Hello' }])(
    'goes to the default of its operation: %j',
    async (body) => {
      const { ask, upstream, ended } = mediaScene({ defaults: { moderations: 'm' } });
      const pending = ask('/v1/moderations', body);
      const call = await upstream.next();
      expect(sent(call.request.body)).toEqual({ model: 'one', input: 'Hello' });
      call.respond(200, VERDICT);
      expect((await pending).headers['x-postern-inserted']).toBe('model=m');
      expect(ended[0]).toMatchObject({ outcome: 'ok', model: 'm', inserted: ['model=m'] });
    },
  );

  it('keeps its default when another deployment has to answer', async () => {
    const { ask, upstream } = mediaScene({ defaults: { images: 'm' } });
    const pending = ask('/v1/images/generations', { prompt: 'A door' });
    (await upstream.next()).respond(404, { error: { message: 'no such model', code: 'model_not_found' } });
    const second = await upstream.next();
    expect(sent(second.request.body)).toEqual({ model: 'two', prompt: 'A door' });
    second.respond(200, IMAGES);
    expect((await pending).headers['x-postern-inserted']).toBe('model=m');
  });

  it('goes there with its files, too', async () => {
    const { send, upstream } = mediaScene({ defaults: { 'image-variations': 'm' } });
    const pending = send('/v1/images/variations', form(file('image')));
    const call = await upstream.next();
    call.respond(200, IMAGES);
    expect(JSON.parse(await drained(await pending))).toEqual(IMAGES);
  });

  it('is refused where there is none for its operation', async () => {
    const { ask, upstream } = mediaScene({ defaults: { images: 'm' } });
    const reply = await ask('/v1/moderations', { input: 'Hello' });
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ param: 'model' });
    expect(upstream.calls).toHaveLength(0);
  });

  it('is refused when its caller may not use the default', async () => {
    const access = { identify: () => ({ id: 'ann', models: ['other'] }) };
    const reply = await mediaScene({ access, defaults: { moderations: 'm' } }).ask('/v1/moderations', { input: 'Hi' });
    expect(reply.status).toBe(403);
  });
});

it.each([{ model: '' }, { model: 7 }])('a model that is wrong is no missing one: %j', async (body) => {
  const { ask } = mediaScene({ defaults: { moderations: 'm' } });
  expect((await ask('/v1/moderations', { ...body, input: 'Hello' })).status).toBe(400);
});

it('a model that is named is the one that is asked', async () => {
  const models = { m: 'a/one', other: 'a/three' };
  const { ask, upstream } = mediaScene({ models, defaults: { moderations: 'm' } });
  const pending = ask('/v1/moderations', { model: 'other', input: 'Hello' });
  const call = await upstream.next();
  expect(sent(call.request.body)).toEqual({ model: 'three', input: 'Hello' });
  call.respond(200, VERDICT);
  expect((await pending).headers['x-postern-inserted']).toBeUndefined();
});

it('a path that names the model needs no default', async () => {
  const { ask, upstream } = mediaScene({ models: { m: 'a/one', other: 'a/three' }, defaults: { chat: 'm' } });
  void ask('/v1beta/models/other:generateContent', { contents: [{ parts: [{ text: 'Hello' }] }] });
  expect(sent((await upstream.next()).request.body)).toMatchObject({ model: 'three' });
});
