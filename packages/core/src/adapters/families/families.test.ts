import { describe, expect, it } from 'vitest';
import { errorOf, textOf } from '../../line/media/media.type-test.ts';
import { answered, json, scene } from './scene.type-test.ts';

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
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
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
