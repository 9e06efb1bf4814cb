import { describe, expect, it } from 'vitest';
import { errorOf, mediaScene } from '../../line/media/media.type-test.ts';
import { answered, json } from './scene.type-test.ts';

/** Settings of the rows that need some. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bedrock: { region: 'eu-west-1' },
  vertex_ai: { project: 'proj', location: 'us-central1' },
  'vertex_ai-global': { project: 'proj' },
  watsonx: { region: 'us-south', project: 'proj' },
};

/** A gateway whose alias `m` is one model of one provider, by a key or by a signature. */
function scene(provider: string, model: string) {
  const settings = SETTINGS[provider] ?? {};
  const signed = provider.startsWith('vertex') || provider === 'watsonx';
  const inner = mediaScene({
    providers: { p: { extends: provider, settings, ...(signed ? {} : { apiKey: 'key-of-p' }) } },
    ...(signed ? { credentials: { p: { headers: () => ({ authorization: 'Bearer token' }) } } } : {}),
    models: { m: { deployments: [`p/${model}`], retries: 0 } },
  });
  return {
    ...inner,
    embed: (more: object = {}) => inner.ask('/v1/embeddings', { model: 'm', input: 'a', ...more }),
    rank: (more: object = {}) =>
      inner.ask('/v1/rerank', { model: 'm', query: 'Which?', documents: ['a', 'b'], ...more }),
  };
}

describe('embeddings of models that take one text a call', () => {
  // Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
  // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api,
  // https://docs.cloud.google.com/gemini-enterprise-agent-platform/reference/rest/v1beta1/projects.locations.publishers.models/embedContent
  it.each([
    [
      'bedrock',
      'amazon.titan-embed-text-v2:0',
      '/model/amazon.titan-embed-text-v2%3A0/invoke',
      (text: string) => ({ inputText: text, dimensions: 256 }),
      { embedding: [0.5], inputTextTokenCount: 3 },
    ],
    [
      'vertex_ai',
      'gemini-embedding-001',
      '/v1/projects/proj/locations/us-central1/publishers/google/models/gemini-embedding-001:predict',
      (text: string) => ({ instances: [{ content: text }], parameters: { outputDimensionality: 256 } }),
      { predictions: [{ embeddings: { values: [0.5], statistics: { token_count: 3.0, truncated: false } } }] },
    ],
    [
      'vertex_ai-global',
      'gemini-embedding-2',
      '/v1/projects/proj/locations/global/publishers/google/models/gemini-embedding-2:embedContent',
      (text: string) => ({ content: { role: 'user', parts: [{ text }] }, outputDimensionality: 256 }),
      { embedding: { values: [0.5] }, usageMetadata: { promptTokenCount: 3 } },
    ],
  ])('%s: %s is asked for each in turn, and paid for all', async (provider, model, path, sent, answer) => {
    const { embed, upstream, ended } = scene(provider, model);
    const pending = embed({ input: ['a', 'b'], dimensions: 256 });
    for (const text of ['a', 'b']) {
      const { request, respond } = await upstream.next();
      expect(request.path).toBe(path);
      expect(await json(request.body)).toEqual(sent(text));
      respond(200, answer);
    }
    expect(await answered(await pending)).toMatchObject({
      data: [
        { index: 0, embedding: [0.5] },
        { index: 1, embedding: [0.5] },
      ],
      usage: { prompt_tokens: 6, total_tokens: 6 },
    });
    expect(ended[0]?.usage).toMatchObject({ input: 6 });
    expect(upstream.calls).toHaveLength(2);
  });

  // Source: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
  it("Nova's are asked for by their purpose", async () => {
    const { embed, upstream } = scene('bedrock', 'amazon.nova-2-multimodal-embeddings-v1:0');
    const pending = embed({ input_type: 'search_query', dimensions: 384 });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toEqual({
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_RETRIEVAL',
        embeddingDimension: 384,
        text: { truncationMode: 'NONE', value: 'a' },
      },
    });
    respond(200, { embeddings: [{ embeddingType: 'TEXT', embedding: [1] }] });
    expect(await answered(await pending)).toMatchObject({ data: [{ embedding: [1] }] });
  });

  it('are none at all when one of them fails', async () => {
    const { embed, upstream } = scene('bedrock', 'amazon.titan-embed-text-v2:0');
    const pending = embed({ input: ['a', 'b'] });
    (await upstream.next()).respond(200, { embedding: [0.5], inputTextTokenCount: 3 });
    (await upstream.next()).respond(
      400,
      { message: 'Malformed input request' },
      { 'x-amzn-errortype': 'ValidationException' },
    );
    const reply = await pending;
    expect(reply.status).toBe(400);
    expect((await errorOf(reply)).message).toContain('Malformed input request');
  });

  it('are refused beyond what the canonical form allows, since each text costs a call', async () => {
    const { embed, upstream } = scene('bedrock', 'amazon.titan-embed-text-v2:0');
    const reply = await embed({ input: Array.from({ length: 2049 }, () => 'a') });
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ code: 'invalid_request', param: 'input' });
    expect(upstream.calls).toHaveLength(0);
  });

  it('and without a vector in its answer a model has given none', async () => {
    const { embed, upstream } = scene('bedrock', 'amazon.titan-embed-text-v2:0');
    const pending = embed();
    (await upstream.next()).respond(200, { inputTextTokenCount: 3 });
    expect((await pending).status).toBe(502);
  });
});

describe('embeddings of a list', () => {
  // Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html (floats), …/model-parameters-embed-v4.html (by type)
  it.each([
    ['eu.cohere.embed-v4:0', { float: [[0.5], [1]] }],
    ['arn:aws:bedrock:eu-west-1::foundation-model/cohere.embed-english-v3', [[0.5], [1]]],
  ])("%s of Bedrock gets what Cohere's models require, and its vectors are read", async (model, embeddings) => {
    const { embed, upstream } = scene('bedrock', model);
    const pending = embed({ input: ['a', 'b'] });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe(`/model/${encodeURIComponent(model)}/invoke`);
    expect(await json(request.body)).toEqual({ texts: ['a', 'b'], input_type: 'search_document' });
    respond(200, { id: 'e', embeddings, texts: ['a', 'b'] });
    const reply = await pending;
    expect(reply.headers['x-postern-inserted']).toBe('input_type=search_document');
    expect(await answered(reply)).toMatchObject({ data: [{ embedding: [0.5] }, { embedding: [1] }] });
  });

  it('of a model that nobody knows how to ask is refused before anything is sent', async () => {
    const { embed, upstream } = scene('bedrock', 'acme.embedder-v1:0');
    const reply = await embed();
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ code: 'unsupported_by_target', param: 'model' });
    expect(upstream.calls).toHaveLength(0);
  });

  // Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
  it('Vertex AI predicts them together', async () => {
    const { embed, upstream, ended } = scene('vertex_ai', 'text-embedding-005');
    const pending = embed({ input: ['a', 'b'], input_type: 'search_query' });
    const { request, respond } = await upstream.next();
    expect(request.headers['authorization']).toBe('Bearer token');
    expect(await json(request.body)).toEqual({
      instances: [
        { content: 'a', task_type: 'RETRIEVAL_QUERY' },
        { content: 'b', task_type: 'RETRIEVAL_QUERY' },
      ],
      parameters: {},
    });
    const one = (value: number) => ({
      embeddings: { values: [value], statistics: { token_count: 2, truncated: false } },
    });
    respond(200, { predictions: [one(0.5), one(1)] });
    expect(await answered(await pending)).toMatchObject({ data: [{ embedding: [0.5] }, { embedding: [1] }] });
    expect(ended[0]?.usage).toMatchObject({ input: 4 });
  });

  // Source: https://www.ibm.com/watsonx/developer/capabilities/embeddings
  it('watsonx.ai gets its project, and what it has no word for is reported', async () => {
    const { embed, upstream, ended } = scene('watsonx', 'ibm/slate-125m-english-rtrvr');
    const pending = embed({ input: ['a', 'b'], dimensions: 8, encoding_format: 'base64' });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/ml/v1/text/embeddings?version=2025-02-11');
    expect(await json(request.body)).toEqual({
      model_id: 'ibm/slate-125m-english-rtrvr',
      project_id: 'proj',
      inputs: ['a', 'b'],
    });
    respond(200, { model_id: 'm', results: [{ embedding: [1] }, { embedding: [0] }], input_token_count: 7 });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('dimensions');
    expect(await answered(reply)).toMatchObject({ data: [{ embedding: 'AACAPw==' }, { embedding: 'AAAAAA==' }] });
    expect(ended[0]?.usage).toMatchObject({ input: 7 });
  });

  // Source: https://huggingface.co/docs/inference-providers/tasks/feature-extraction
  it("Hugging Face's own inference stands beside its chats, and answers with vectors alone", async () => {
    const { embed, upstream } = scene('huggingface', 'intfloat/multilingual-e5-large');
    const pending = embed({ input: ['a', 'b'] });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/hf-inference/models/intfloat/multilingual-e5-large/pipeline/feature-extraction');
    expect(await json(request.body)).toEqual({ inputs: ['a', 'b'] });
    respond(200, [[0.5], [1]]);
    expect(await answered(await pending)).toMatchObject({ data: [{ embedding: [0.5] }, { embedding: [1] }] });
  });

  it.each([[[[0.5]]], [[]], ['none'], [null]])('is no answer without a vector for each text: %j', async (answer) => {
    const { embed, upstream } = scene('huggingface', 'a/b');
    const pending = embed({ input: ['a', 'b'] });
    (await upstream.next()).respond(200, answer);
    expect((await pending).status).toBe(502);
  });
});

describe('embeddings of NVIDIA', () => {
  // Source: https://docs.nvidia.com/nim/nemo-retriever/text-embedding/2.0.0/use-the-api-openai.html (Passage and Query Modes)
  it.each([
    ['nvidia/nv-embedqa-e5-v5', {}, 'query', 'input_type=query'],
    ['nvidia/nv-embedqa-e5-v5', { input_type: 'search_document' }, 'passage', ''],
    ['nvidia/nv-embedqa-e5-v5-passage', {}, undefined, ''],
  ])('%s, asked with %j, embeds as %s', async (model, more, input_type, inserted) => {
    const { embed, upstream } = scene('nvidia_nim', model);
    const pending = embed({ encoding_format: 'float', ...more });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/v1/embeddings');
    const sent = { model, input: 'a', encoding_format: 'float', ...(input_type === undefined ? {} : { input_type }) };
    expect(await json(request.body)).toEqual(sent);
    respond(200, {
      object: 'list',
      data: [{ index: 0, embedding: [1], object: 'embedding' }],
      usage: { prompt_tokens: 2 },
    });
    const reply = await pending;
    expect(reply.headers['x-postern-inserted'] ?? '').toBe(inserted);
    expect(await answered(reply)).toMatchObject({ data: [{ embedding: [1] }], usage: { prompt_tokens: 2 } });
  });
});

describe('documents are ranked', () => {
  // Source: https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-use.html
  it.each([
    ['cohere.rerank-v3-5:0', { api_version: 2 }],
    ['amazon.rerank-v1:0', {}],
  ])('by %s of Bedrock', async (model, more) => {
    const { rank, upstream } = scene('bedrock', model);
    const pending = rank({ top_n: 1 });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe(`/model/${encodeURIComponent(model)}/invoke`);
    expect(await json(request.body)).toEqual({ query: 'Which?', documents: ['a', 'b'], top_n: 1, ...more });
    respond(200, { results: [{ index: 1, relevance_score: 0.9 }] });
    expect(await answered(await pending)).toMatchObject({ results: [{ index: 1, relevance_score: 0.9 }] });
  });

  // Source: https://www.ibm.com/watsonx/developer/capabilities/text-rerank
  it('by watsonx.ai', async () => {
    const { rank, upstream, ended } = scene('watsonx', 'cross-encoder/ms-marco-minilm-l-12-v2');
    const pending = rank({ top_n: 2 });
    const { request, respond } = await upstream.next();
    expect(request.path).toBe('/ml/v1/text/rerank?version=2025-02-11');
    expect(await json(request.body)).toEqual({
      model_id: 'cross-encoder/ms-marco-minilm-l-12-v2',
      project_id: 'proj',
      query: 'Which?',
      inputs: [{ text: 'a' }, { text: 'b' }],
      parameters: { return_options: { top_n: 2, inputs: false } },
    });
    respond(200, {
      results: [
        { index: 1, score: 2.5 },
        { index: 0, score: -1 },
      ],
      input_token_count: 9,
    });
    expect(await answered(await pending)).toMatchObject({ results: [{ index: 1 }, { index: 0 }] });
    expect(ended[0]?.usage).toMatchObject({ input: 9 });
  });
});

describe('Vertex AI', () => {
  it('makes images with words beside them, and tells the images', async () => {
    const { ask, upstream } = scene('vertex_ai-global', 'gemini-2.5-flash-image');
    const pending = ask('/v1/images/generations', { model: 'm', prompt: 'A door' });
    const { request, respond } = await upstream.next();
    expect(request.path).toMatch(/\/publishers\/google\/models\/gemini-2\.5-flash-image:generateContent$/);
    expect(await json(request.body)).toMatchObject({ generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } });
    const parts = [{ text: 'Here:' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }];
    respond(200, { candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    expect(await answered(await pending)).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
  });

  it('speaks, and is told whose words they are', async () => {
    const { ask, upstream } = scene('vertex_ai', 'gemini-2.5-flash-tts');
    const pending = ask('/v1/audio/speech', { model: 'm', input: 'Hello', voice: 'Kore', response_format: 'pcm' });
    const { request, respond } = await upstream.next();
    expect(await json(request.body)).toMatchObject({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
    const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'AAECAw==' };
    respond(200, { candidates: [{ content: { parts: [{ inlineData }] } }] });
    expect([...((await pending).body as Uint8Array)]).toEqual([0, 1, 2, 3]);
  });
});
