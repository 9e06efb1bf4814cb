import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { bodyOfText, exchange, inbound, ROW, target } from './support.type-test.ts';

describe('pass-through', () => {
  it('exchanges the model in the path, and leaves every byte of the body', () => {
    const body = bodyOfText('{ "contents": [ {"parts":[{"text":"H\\u0069"}]} ], "future": 1e0 }');
    const call = gemini.client.forward(
      body,
      inbound('streamGenerateContent', 'alt=sse&key=secret'),
      target('gemini-3-pro'),
      exchange({ stream: true }),
    );
    expect(call).toMatchObject({
      method: 'POST',
      path: '/models/gemini-3-pro:streamGenerateContent?alt=sse',
      headers: { 'content-type': 'application/json' },
      stream: true,
      dropped: [],
      inserted: [],
    });
    expect(call.body).toBe(body.bytes());
  });

  it('takes the alias out of a body that names it', () => {
    const call = gemini.client.forward(
      bodyOfText('{"model":"models/fast", "contents": []}'),
      inbound(),
      target('gemini-3-pro'),
      exchange(),
    );
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({ contents: [] });
  });

  it('exchanges the model that a token count names inside', () => {
    const call = gemini.client.forward(
      bodyOfText('{"generateContentRequest":{"model":"models/fast","contents":[]}}'),
      inbound('countTokens'),
      target('gemini-3-pro'),
      exchange(),
    );
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({
      generateContentRequest: { model: 'models/gemini-3-pro', contents: [] },
    });
  });

  it('drops and renames what the row says', () => {
    const own = target('gemini-3-pro', { ...ROW, drop: ['labels'], rename: { cachedContent: 'cache' } });
    const call = gemini.client.forward(
      bodyOfText('{"labels":{},"cachedContent":"c","contents":[]}'),
      inbound('countTokens'),
      own,
      exchange(),
    );
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({ cache: 'c', contents: [] });
    expect(call).toMatchObject({ path: '/models/gemini-3-pro:countTokens', dropped: ['labels'] });
  });
});

describe('a token count', () => {
  it('asks for the whole request, and reads the total', () => {
    const call = gemini.client.count?.render(
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], temperature: 1 },
      target('gemini-3-pro'),
      exchange(),
    );
    expect(call?.path).toBe('/models/gemini-3-pro:countTokens');
    expect(JSON.parse(String(call?.body))).toEqual({
      generateContentRequest: {
        model: 'models/gemini-3-pro',
        contents: [{ parts: [{ text: 'Hi' }], role: 'user' }],
        generationConfig: { temperature: 1 },
      },
    });
    expect(gemini.client.count?.parse({ totalTokens: 31, promptTokensDetails: [] })).toBe(31);
    expect(gemini.client.count?.parse({})).toMatchObject({ kind: 'invalid-response' });
    expect(
      gemini.client.count?.parse({ error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }),
    ).toMatchObject({ kind: 'rejected' });
    expect(gemini.server.count?.(31, exchange())).toEqual({ totalTokens: 31 });
  });
});

// Source: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/express-mode/rest/v1/publishers.models/countTokens
it('a token count of a row that takes the request bare holds what is counted, and nothing around it', () => {
  const { row, ...rest } = target('gemini-3-pro');
  const call = gemini.client.count?.render(
    {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
      toolChoice: { type: 'auto' },
      temperature: 1,
    },
    { ...rest, row: { ...row, plainCount: true } },
    exchange(),
  );
  expect(call?.path).toBe('/models/gemini-3-pro:countTokens');
  expect(JSON.parse(String(call?.body))).toEqual({
    contents: [{ parts: [{ text: 'Hi' }], role: 'user' }],
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    generationConfig: { temperature: 1 },
  });
});

describe('the list of models', () => {
  it('names them as resources', () => {
    const entry = { id: 'openai/gpt', created: 1, ownedBy: 'x' };
    const listed = {
      name: 'models/openai/gpt',
      displayName: 'openai/gpt',
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    };
    expect(gemini.server.models?.([entry], inbound())).toMatchObject({ models: [listed] });
    expect(gemini.server.model?.(entry)).toMatchObject(listed);
  });
});
