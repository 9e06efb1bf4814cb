import { describe, expect, it } from 'vitest';
import { errorOf } from '../../line/media/media.type-test.ts';
import { answered, bodyOf, field, json, othersTurn, scene, waits } from './scene.type-test.ts';

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
