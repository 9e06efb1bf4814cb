import { describe, expect, it } from 'vitest';
import { errorOf, mediaScene } from '../../line/media/media.type-test.ts';
import { answered, bodyOf, field, json, scene, waits } from './scene.type-test.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const png = (text: string) => `data:image/png;base64,${base64(text)}`;
const REGION = { region: 'us-west-2' };
const RESOURCE = { resource: 'acme' };
const PLACE = { project: 'proj', location: 'us-central1' };

describe('Alibaba Cloud', () => {
  // Source: https://docs.qwencloud.com/api-reference/image-generation/wan-text-to-image-v2/synchronous
  it.each(['qwen-image-max', 'wan2.6-t2i'])('draws with %s at once, beside the chats', async (model) => {
    const { draw, upstream, ended } = scene('dashscope', model);
    const pending = draw({
      size: '1280x720',
      response_format: 'b64_json',
      providerOptions: { p: { watermark: false } },
    });
    const { request, respond } = await upstream.next();
    expect([request.origin, request.path]).toEqual([
      'https://dashscope.aliyuncs.com',
      '/api/v1/services/aigc/multimodal-generation/generation',
    ]);
    expect(request.headers['authorization']).toBe('Bearer key-of-p');
    expect(await json(request.body)).toEqual({
      model,
      input: { messages: [{ role: 'user', content: [{ text: 'A door' }] }] },
      parameters: { n: 1, size: '1280*720', watermark: false },
    });
    const content = [{ type: 'image', image: 'https://oss.test/1.png' }];
    respond(200, {
      output: { choices: [{ finish_reason: 'stop', message: { role: 'assistant', content } }], finished: true },
      usage: { image_count: 1 },
    });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('response_format');
    expect(await answered(reply)).toMatchObject({ data: [{ url: 'https://oss.test/1.png' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 1 });
  });

  // Sources: https://docs.qwencloud.com/api-reference/image-generation/wan-text-to-image-v2/create-task, …/qwen-text-to-image-task-query
  it('draws with older models by a task, which is asked about at the same host', async () => {
    const { draw, upstream, clock, ended } = scene('qwencloud', 'wan2.2-t2i-plus');
    const pending = draw({ n: 2 });
    const order = await upstream.next();
    expect(order.request.path).toBe('/api/v1/services/aigc/text2image/image-synthesis');
    expect(order.request.headers['x-dashscope-async']).toBe('enable');
    expect(await json(order.request.body)).toEqual({
      model: 'wan2.2-t2i-plus',
      input: { prompt: 'A door' },
      parameters: { n: 2 },
    });
    order.respond(200, { request_id: 'r', output: { task_id: 't/1', task_status: 'PENDING' } });
    await waits(upstream, clock, 5_000);
    const question = await upstream.next();
    expect([question.request.method, question.request.origin, question.request.path]).toEqual([
      'GET',
      'https://dashscope-intl.aliyuncs.com',
      '/api/v1/tasks/t%2F1',
    ]);
    // One of the two failed, which leaves the task a good one.
    const results = [{ url: 'https://oss.test/1.png' }, { code: 'InternalError', message: 'no' }];
    question.respond(200, { output: { task_id: 't/1', task_status: 'SUCCEEDED', results } });
    expect(await answered(await pending)).toMatchObject({ data: [{ url: 'https://oss.test/1.png' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 1 });
  });

  it.each([
    ['DataInspectionFailed', false],
    ['InternalError.Algo', true],
  ])('whose task fails with %s says so', async (code, theirs) => {
    const { draw, upstream } = scene('dashscope', 'wan2.2-t2i-flash');
    const pending = draw();
    const output = { task_id: 't', task_status: 'FAILED', code, message: 'It could not be done.' };
    (await upstream.next()).respond(200, { output });
    const reply = await pending;
    expect([reply.status >= 500, (await errorOf(reply)).code]).toEqual([theirs, code]);
  });

  // Source: https://docs.qwencloud.com/api-reference/image-generation/wan26-image-gen-edit/synchronous
  it('changes images that stand in the message', async () => {
    const { edit, upstream } = scene('dashscope', 'qwen-image-edit-plus');
    const pending = edit('', ['image[]', 'image[]']);
    const { request, respond } = await upstream.next();
    expect(request.headers['content-type']).toBe('application/json');
    expect(await json(request.body)).toEqual({
      model: 'qwen-image-edit-plus',
      parameters: { n: 1 },
      input: {
        messages: [{ role: 'user', content: [{ image: png('PNG0') }, { image: png('PNG1') }, { text: 'A red door' }] }],
      },
    });
    const content = [{ image: 'https://oss.test/1.png' }];
    respond(200, { output: { choices: [{ message: { role: 'assistant', content } }] } });
    expect(await answered(await pending)).toMatchObject({ data: [{ url: 'https://oss.test/1.png' }] });
  });

  // Source: https://www.alibabacloud.com/help/en/model-studio/text-rerank-api
  it('ranks documents', async () => {
    const { ask, upstream, ended } = scene('dashscope', 'qwen3-rerank');
    const pending = ask('/v2/rerank', { model: 'm', query: 'Which?', documents: ['a', 'b'], top_n: 1 });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/api/v1/services/rerank/text-rerank/text-rerank');
    expect(await json(request.body)).toEqual({
      model: 'qwen3-rerank',
      input: { query: 'Which?', documents: ['a', 'b'] },
      parameters: { top_n: 1, return_documents: false },
    });
    respond(200, { output: { results: [{ index: 1, relevance_score: 0.9 }] }, usage: { total_tokens: 7 } });
    expect(await answered(await pending)).toMatchObject({ results: [{ index: 1, relevance_score: 0.9 }] });
    expect(ended[0]?.usage).toEqual({ input: 7 });
  });
});

describe('Bedrock', () => {
  // Source: https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
  it.each(['amazon.nova-canvas-v1:0', 'amazon.titan-image-generator-v2:0'])('draws with %s', async (model) => {
    const { draw, upstream, ended } = scene('bedrock', model, REGION);
    const options = { textToImageParams: { negativeText: 'windows' }, imageGenerationConfig: { seed: 7 } };
    const pending = draw({ n: 2, size: '1024x512', quality: 'hd', providerOptions: { p: options } });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe(`/model/${encodeURIComponent(model)}/invoke`);
    expect(await json(request.body)).toEqual({
      taskType: 'TEXT_IMAGE',
      textToImageParams: { text: 'A door', negativeText: 'windows' },
      imageGenerationConfig: { width: 1024, height: 512, numberOfImages: 2, quality: 'premium', seed: 7 },
    });
    respond(200, { images: ['AAAA', 'BBBB'] });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 2 });
  });

  // Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-image-core-text-image-request-response.html
  it('draws with Stability’s models, by the shape of the image', async () => {
    const { draw, upstream } = scene('bedrock', 'stability.stable-image-core-v1:1', REGION);
    const pending = draw({ size: '1920x1080', output_format: 'png', n: 2 });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toEqual({ prompt: 'A door', aspect_ratio: '16:9', output_format: 'png' });
    respond(200, { seeds: [1], finish_reasons: [null], images: ['AAAA'] });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('n');
    expect(await answered(reply)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
  });

  it.each([
    ['auto', undefined],
    ['constructor', 'quality'],
  ])('leaves out the quality %s, which no model here has', async (quality, dropped) => {
    const { draw, upstream } = scene('bedrock', 'amazon.nova-canvas-v1:0', REGION);
    const pending = draw({ quality });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toMatchObject({ imageGenerationConfig: {} });
    respond(200, { images: ['AAAA'] });
    expect((await pending).headers['x-postern-dropped']).toBe(dropped);
  });

  it.each([
    ['stability.sd3-5-large-v1:0', { finish_reasons: ['Filter reason: prompt'] }, 'content_filtered'],
    ['stability.sd3-5-large-v1:0', { finish_reasons: ['Inference error'] }, 'upstream_unavailable'],
    ['amazon.nova-canvas-v1:0', { images: [], error: 'Blocked by our content filters.' }, 'content_filtered'],
  ])('%s that answers %j is told as what it is', async (model, answer, code) => {
    const { draw, upstream } = scene('bedrock', model, REGION);
    const pending = draw();
    (await upstream.next()).respond(200, answer);
    expect(await errorOf(await pending)).toMatchObject({ code });
  });

  // Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html,
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-3-text-image.html
  it.each([
    [
      'us.stability.stable-image-search-replace-v1:0',
      { prompt: 'A red door', image: base64('PNG0') },
      undefined,
      undefined,
    ],
    ['us.stability.stable-image-remove-background-v1:0', { image: base64('PNG0') }, 'prompt', undefined],
    [
      'stability.sd3-5-large-v1:0',
      { prompt: 'A red door', mode: 'image-to-image', strength: 0.5, image: base64('PNG0') },
      undefined,
      'strength=0.5',
    ],
    [
      'amazon.nova-canvas-v1:0',
      {
        taskType: 'IMAGE_VARIATION',
        imageVariationParams: { text: 'A red door', images: [base64('PNG0')] },
        imageGenerationConfig: {},
      },
      undefined,
      undefined,
    ],
  ])('changes an image with %s', async (model, sent, dropped, inserted) => {
    const { edit, upstream } = scene('bedrock', model, REGION);
    const pending = edit();
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toEqual(sent);
    respond(200, { images: ['AAAA'], finish_reasons: [null] });
    const reply = await pending;
    expect([reply.headers['x-postern-dropped'], reply.headers['x-postern-inserted']]).toEqual([dropped, inserted]);
    expect(await answered(reply)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
  });

  it('refuses to draw with a model of words', async () => {
    const { draw, upstream } = scene('bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0', REGION);
    const reply = await draw();
    expect([reply.status, (await errorOf(reply)).param]).toEqual([400, 'model']);
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('Azure AI Foundry', () => {
  // Source: https://learn.microsoft.com/azure/foundry/foundry-models/how-to/use-foundry-models-flux
  it('draws with FLUX.2 at its maker’s path', async () => {
    const { draw, upstream, ended } = scene('azure_ai', 'FLUX.2-pro', RESOURCE);
    const pending = draw({ size: '1440x816' });
    const { request, respond } = await upstream.next();
    expect([request.origin, request.path]).toEqual([
      'https://acme.services.ai.azure.com',
      '/providers/blackforestlabs/v1/flux-2-pro?api-version=preview',
    ]);
    expect(request.headers['api-key']).toBe('key-of-p');
    const sent = { model: 'FLUX.2-pro', prompt: 'A door', n: 1, width: 1440, height: 816 };
    expect(await json(request.body)).toEqual(sent);
    respond(200, { data: [{ b64_json: 'AAAA' }] });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
    expect(ended[0]?.usage).toEqual({ outputImages: 1 });
  });

  it('changes images with it, each a member of its own', async () => {
    const { edit, upstream } = scene('azure_ai', 'FLUX.2-flex', RESOURCE);
    const pending = edit('', ['image[]', 'image[]']);
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/providers/blackforestlabs/v1/flux-2-flex?api-version=preview');
    expect(await json(request.body)).toEqual({
      model: 'FLUX.2-flex',
      prompt: 'A red door',
      n: 1,
      input_image: base64('PNG0'),
      input_image_2: base64('PNG1'),
    });
    respond(200, { data: [{ b64_json: 'AAAA' }] });
    expect((await pending).status).toBe(200);
  });

  it('draws and edits with other models in OpenAI’s form', async () => {
    const { draw, edit, upstream } = scene('azure_ai', 'gpt-image-1', RESOURCE);
    const pending = draw({ quality: 'high' });
    const first = await upstream.next();
    expect(first.request.path).toBe('/openai/v1/images/generations');
    expect(await json(first.request.body)).toEqual({ model: 'gpt-image-1', prompt: 'A door', quality: 'high' });
    first.respond(200, { created: 1, data: [{ b64_json: 'AAAA' }] });
    expect((await pending).status).toBe(200);
    const changed = edit();
    const second = await upstream.next();
    expect(second.request.path).toBe('/openai/v1/images/edits');
    expect(await bodyOf(second.request.body)).toContain('filename="0.png"');
    second.respond(200, { created: 1, data: [{ b64_json: 'AAAA' }] });
    expect((await changed).status).toBe(200);
  });

  // Source: https://docs.cohere.com/reference/rerank
  it('ranks documents with Cohere’s models', async () => {
    const { ask, upstream } = scene('azure_ai', 'Cohere-rerank-v4.0-pro', RESOURCE);
    const asked = { model: 'm', query: 'Which?', documents: ['a', 'b'], max_tokens_per_doc: 50 };
    const pending = ask('/v2/rerank', asked);
    const { request, respond } = await upstream.next();
    expect([request.origin, request.path]).toEqual([
      'https://acme.services.ai.azure.com',
      '/providers/cohere/v2/rerank',
    ]);
    expect(await json(request.body)).toEqual({ ...asked, model: 'Cohere-rerank-v4.0-pro' });
    respond(200, {
      id: 'r',
      results: [{ index: 1, relevance_score: 0.9 }],
      meta: { billed_units: { search_units: 1 } },
    });
    expect(await answered(await pending)).toMatchObject({ id: 'r', results: [{ index: 1 }] });
  });
});

describe('Google changes an image', () => {
  // Source: https://ai.google.dev/gemini-api/docs/image-generation
  it.each([
    ['gemini', {}, ['IMAGE'], '/v1beta/models/gemini-2.5-flash-image:generateContent'],
    [
      'vertex_ai',
      PLACE,
      ['TEXT', 'IMAGE'],
      '/v1/projects/proj/locations/us-central1/publishers/google/models/gemini-2.5-flash-image:generateContent',
    ],
  ])('at %s, as bytes beside the prompt', async (provider, settings, responseModalities, path) => {
    const { edit, upstream, ended } = scene(provider, 'gemini-2.5-flash-image', settings);
    const pending = edit(field('size', '1920x1080'), ['image[]', 'image[]']);
    const { request, respond } = await upstream.next();
    expect(request.path).toBe(path);
    const inline = (text: string) => ({ inlineData: { mimeType: 'image/png', data: base64(text) } });
    expect(await json(request.body)).toEqual({
      generationConfig: { responseModalities, imageConfig: { aspectRatio: '16:9' } },
      contents: [{ role: 'user', parts: [{ text: 'A red door' }, inline('PNG0'), inline('PNG1')] }],
    });
    const parts = [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }];
    respond(200, { candidates: [{ content: { parts } }], usageMetadata: { promptTokenCount: 3 } });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
    expect(ended[0]?.usage).toMatchObject({ input: 3, outputImages: 1 });
  });

  it.each([
    ['imagen-4.0-generate-001', png('PNG0'), 'unsupported_by_target'],
    ['gemini-2.5-flash-image', 'https://pictures.test/1.png', 'media_url_unsupported'],
  ])('but not with %s and %s', async (model, image_url, code) => {
    const { ask, upstream } = scene('gemini', model);
    const reply = await ask('/v1/images/edits', { model: 'm', prompt: 'x', images: [{ image_url }] });
    expect([reply.status, (await errorOf(reply)).code]).toEqual([400, code]);
    expect(upstream.calls).toHaveLength(0);
  });
});

// Sources: https://www.recraft.ai/docs/api-reference/endpoints, https://www.recraft.ai/docs/api-reference/image-inputs-and-results
it.each([
  [{ p: {} }, 0.5, 'strength=0.5'],
  [{ p: { strength: 0.2, style: 'icon' } }, 0.2, undefined],
])('Recraft changes an image by a strength, with the options %j', async (options, strength, inserted) => {
  const { edit, upstream, ended } = scene('recraft', 'recraftv3');
  const pending = edit(field('providerOptions', JSON.stringify(options)) + field('n', '2') + field('size', '512x512'));
  const { request, respond } = await upstream.next();
  expect(request.path).toBe('/v1/images/imageToImage');
  expect(await json(request.body)).toEqual({
    ...options.p,
    strength,
    model: 'recraftv3',
    prompt: 'A red door',
    n: 2,
    image_url: png('PNG0'),
  });
  respond(200, { created: 1, data: [{ url: 'https://r.test/1.png' }, { url: 'https://r.test/2.png' }] });
  const reply = await pending;
  expect([reply.headers['x-postern-dropped'], reply.headers['x-postern-inserted']]).toEqual(['size', inserted]);
  expect(await answered(reply)).toMatchObject({ data: [{ url: 'https://r.test/1.png' }, {}] });
  expect(ended[0]?.usage).toEqual({ outputImages: 2 });
});

// Sources: https://docs.aimlapi.com/api-references/image-models/black-forest-labs/flux-pro, …/google/imagen-4-preview, …/openai/gpt-image-2
it.each([
  ['flux-pro', { num_images: 2, image_size: { width: 1920, height: 1080 } }, { images: [{ url: 'https://i.test/1' }] }],
  ['google/imagen4/preview', { num_images: 2, aspect_ratio: '16:9' }, { data: [{ url: 'https://i.test/1' }] }],
  ['openai/gpt-image-2', { n: 2, size: '1920x1080', quality: 'high' }, { data: [{ url: 'https://i.test/1' }] }],
])('AI/ML API is told in the words of the maker of %s', async (model, spelled, answer) => {
  const { draw, upstream, ended } = scene('aiml', model);
  const pending = draw({ size: '1920x1080', n: 2, quality: 'high' });
  const { request, respond } = await upstream.next();
  expect(request.path).toBe('/v1/images/generations');
  expect(await json(request.body)).toEqual({ model, prompt: 'A door', ...spelled });
  respond(200, answer);
  expect(await answered(await pending)).toMatchObject({ data: [{ url: 'https://i.test/1' }] });
  expect(ended[0]?.usage).toEqual({ outputImages: 1 });
});

// Source: https://www.edenai.co/docs/api-reference/images/image-generations
it('Eden AI draws in OpenAI’s form', async () => {
  const { draw, upstream } = scene('edenai', 'google/gemini-2.5-flash-image');
  const pending = draw({ n: 1 });
  const { request, respond } = await upstream.next();
  expect([request.origin, request.path]).toEqual(['https://api.edenai.run', '/v3/images/generations']);
  expect(await json(request.body)).toEqual({ model: 'google/gemini-2.5-flash-image', prompt: 'A door', n: 1 });
  respond(200, { cost: 0.1, provider: 'google', created: 1, data: [{ b64_json: 'AAAA' }] });
  expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
});

describe('watsonx.ai', () => {
  const settings = { region: 'us-south', project: 'proj' };

  // Source: https://ibm.github.io/watsonx-ai-node-sdk/interfaces/1_7_x.WatsonXAI.TranscribeAudioParams.html
  it('writes down speech by a form with the project in it', async () => {
    const { transcribe, upstream } = scene('watsonx', 'openai/whisper-tiny', settings);
    const pending = transcribe(field('language', 'fr') + field('response_format', 'text') + field('prompt', 'Names'));
    const { request, respond } = await upstream.next();
    expect([request.origin, request.path]).toEqual([
      'https://us-south.ml.cloud.ibm.com',
      '/ml/v1/audio/transcriptions?version=2025-02-11',
    ]);
    const sent = await bodyOf(request.body);
    const fields = [
      ...sent.matchAll(/name="(\w+)"(?:; filename="a.wav")?\r\n(?:content-type: audio\/wav\r\n)?\r\n(.*)\r\n/g),
    ];
    expect(fields.map(([, name, value]) => [name, value])).toEqual([
      ['project_id', 'proj'],
      ['model', 'openai/whisper-tiny'],
      ['language', 'fr'],
      ['file', 'RIFF'],
    ]);
    respond(200, { text: 'Bonjour' });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('prompt');
    expect(reply.body).toBe('Bonjour\n');
  });

  it('has no times for subtitles', async () => {
    const { transcribe, upstream } = scene('watsonx', 'openai/whisper-tiny', settings);
    const reply = await transcribe(field('response_format', 'srt'));
    expect([reply.status, (await errorOf(reply)).param]).toEqual([400, 'response_format']);
    expect(upstream.calls).toHaveLength(0);
  });
});

// Source: https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json
it('Hugging Face’s own endpoints rank documents with a model that is not named', async () => {
  const { gateway, upstream } = endpoint();
  const body = { model: 'p/BAAI/bge-reranker-base', query: 'Which?', documents: ['a', 'b'], top_n: 1 };
  const pending = gateway('/v1/rerank', body);
  const { request, respond } = await upstream.next();
  expect([request.origin, request.path]).toEqual(['https://e1.endpoints.huggingface.cloud', '/rerank']);
  expect(request.headers['authorization']).toBe('Bearer key-of-p');
  expect(await json(request.body)).toEqual({
    query: 'Which?',
    texts: ['a', 'b'],
    raw_scores: false,
    return_text: false,
  });
  respond(200, [
    { index: 1, score: 0.9 },
    { index: 0, score: 0.1 },
  ]);
  expect(await answered(await pending)).toMatchObject({ results: [{ index: 1, relevance_score: 0.9 }] });
});

function endpoint() {
  const baseUrl = 'https://e1.endpoints.huggingface.cloud';
  const { ask, upstream } = mediaScene({
    providers: { p: { extends: 'huggingface-tei', baseUrl, apiKey: 'key-of-p' } },
    models: { 'p/BAAI/bge-reranker-base': 'p/BAAI/bge-reranker-base' },
  });
  return { gateway: ask, upstream };
}
