import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, jsonOf, send } from '../../testing/client.ts';
import { shapeOf } from '../../testing/shape.ts';

const chat = CHATS.gemini;
const TOOLS = [
  {
    functionDeclarations: [
      {
        name: 'get_weather',
        parameters: { type: 'OBJECT', properties: { location: { type: 'STRING' } }, required: ['location'] },
      },
    ],
  },
];

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function body(model: string, more: object = {}) {
  return JSON.parse((await send(sim.url, chat(model, false, more))).text);
}

async function chunks(model: string, more: object = {}) {
  return jsonOf((await send(sim.url, chat(model, true, more))).text) as Chunk[];
}

interface Chunk {
  candidates: {
    finishReason?: string;
    content: {
      parts: {
        text?: string;
        thought?: boolean;
        thoughtSignature?: string;
        functionCall?: { name: string; args: object };
      }[];
    };
  }[];
  usageMetadata: { totalTokenCount: number };
}

const USAGE = {
  promptTokenCount: 9,
  candidatesTokenCount: 28,
  totalTokenCount: 37,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }],
};

/** Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse; the members as js-genai's recorded answers have them. */
const RESPONSE = {
  candidates: [{ content: { parts: [{ text: 'A text' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
  usageMetadata: USAGE,
  modelVersion: 'gemini-2.5-flash',
  responseId: 'zi77aPQDsqLV7w_tk62YBQ',
};
/** Source: the same recordings, streamed: no finish reason but in the last chunk. */
const CHUNK = { ...RESPONSE, candidates: [{ content: { parts: [{ text: 'A' }], role: 'model' }, index: 0 }] };
/** Source: https://ai.google.dev/gemini-api/docs/function-calling, the part of a call; the signature as in https://ai.google.dev/gemini-api/docs/thought-signatures. */
const SIGNED_CALL = { functionCall: { name: 'get_weather', args: { location: 'Boston' } }, thoughtSignature: 'Eq…' };
/** Source: https://ai.google.dev/gemini-api/docs/thinking#summaries. */
const THOUGHT = { text: 'Considering…', thought: true };
/** Source: https://cloud.google.com/apis/design/errors#http_mapping. */
const ERROR = { error: { code: 404, message: 'models/x is not found', status: 'NOT_FOUND' } };

describe('answers and chunks have the documented shapes', () => {
  it('an answer', async () => expect(shapeOf(await body('sim'))).toEqual(shapeOf(RESPONSE)));

  it('chunks, the last one with an empty text and the finish reason', async () => {
    expect((await chunks('sim-text-2')).map(shapeOf)).toEqual([CHUNK, CHUNK, RESPONSE].map(shapeOf));
  });

  it('a signed function call', async () => {
    const signed = await body('sim-tools-reasoning', { tools: TOOLS });
    expect(signed.candidates[0].content.parts.map(shapeOf)).toEqual([THOUGHT, SIGNED_CALL].map(shapeOf));
  });

  it('thought parts', async () =>
    expect(shapeOf((await chunks('sim-reasoning'))[0]?.candidates[0]?.content.parts[0])).toEqual(shapeOf(THOUGHT)));

  it('an error', async () => expect(shapeOf(await body('sim+e404'))).toEqual(shapeOf(ERROR)));

  it('a count of tokens (ai.google.dev/api/tokens), equal to what the answer is billed', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'How many are these?' }] }];
    const ask = (given: object) => send(sim.url, { path: '/v1beta/models/sim:countTokens', body: given });
    const { promptTokenCount } = (await body('sim', { contents })).usageMetadata;
    const expected = {
      totalTokens: promptTokenCount,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokenCount }],
    };
    expect(JSON.parse((await ask({ contents })).text)).toEqual(expected);
    expect(JSON.parse((await ask({ generateContentRequest: { model: 'models/sim', contents } })).text)).toEqual(
      expected,
    );
  });

  it('a list of models', async () => {
    expect(JSON.parse((await send(sim.url, { path: '/v1beta/models' })).text)).toMatchObject({
      models: [{ name: 'models/sim' }],
    });
  });
});

it('without alt=sse a stream is one JSON array of the same chunks, errors too', async () => {
  const asArray = { ...chat('sim-text-3', true), path: '/v1beta/models/sim-text-3:streamGenerateContent' };
  const answer = await send(sim.url, asArray);
  expect(answer.headers['content-type']).toContain('application/json');
  expect(JSON.parse(answer.text)).toHaveLength(4);
  const refused = await send(sim.url, { ...asArray, body: {} });
  expect(JSON.parse(refused.text)).toMatchObject([{ error: { code: 400 } }]);
});

describe('what the model is told to do', () => {
  it('usage grows from chunk to chunk, and the last one is the whole', async () => {
    const totals = (await chunks('sim-text-5-reasoning-2')).map((chunk) => chunk.usageMetadata.totalTokenCount);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(totals.at(-1)).toBe((await body('sim-text-5-reasoning-2')).usageMetadata.totalTokenCount);
  });

  it('thoughts are counted apart from the candidates', async () => {
    expect((await body('sim-text-5-reasoning-2')).usageMetadata).toMatchObject({
      candidatesTokenCount: 5,
      thoughtsTokenCount: 2,
    });
  });

  it('thinking without includeThoughts is billed and signed, not shown', async () => {
    const reply = await body('sim', { generationConfig: { thinkingConfig: { thinkingBudget: 100 } } });
    expect(reply.candidates[0].content.parts).toEqual([
      { text: expect.any(String), thoughtSignature: expect.any(String) },
    ]);
    expect(reply.usageMetadata.thoughtsTokenCount).toBe(10);
  });

  it('a call has its arguments whole in one chunk', async () => {
    const calls = (await chunks('sim-tools', { tools: TOOLS }))
      .flatMap((chunk) => chunk.candidates[0]?.content.parts ?? [])
      .filter((part) => part.functionCall);
    expect(calls).toEqual([{ functionCall: { name: 'get_weather', args: { location: expect.any(String) } } }]);
  });

  it('parallel calls: only the first one is signed', async () => {
    const parts = (await chunks('sim-reasoning+paralleltools', { tools: TOOLS }))
      .flatMap((chunk) => chunk.candidates[0]?.content.parts ?? [])
      .filter((part) => part.functionCall);
    expect(parts.map((part) => part.thoughtSignature !== undefined)).toEqual([true, false, false]);
  });

  it('maxOutputTokens and candidateCount are honoured', async () => {
    expect(await body('sim', { generationConfig: { maxOutputTokens: 3 } })).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS' }],
      usageMetadata: { candidatesTokenCount: 3 },
    });
    expect((await body('sim', { generationConfig: { candidateCount: 2 } })).candidates).toHaveLength(2);
  });

  it('a refusal blocks the prompt: no candidates', async () => {
    const reply = await body('sim-refusal');
    expect(reply).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(reply.candidates).toBeUndefined();
  });

  it('filtered stops with SAFETY, image has inlineData, ids are given when asked for', async () => {
    expect((await body('sim-filtered')).candidates[0].finishReason).toBe('SAFETY');
    expect((await body('sim-image')).candidates[0].content.parts[0].inlineData.mimeType).toBe('image/png');
    expect((await body('sim-tools-ids', { tools: TOOLS })).candidates[0].content.parts[0].functionCall.id).toMatch(
      /^\w{8}$/,
    );
  });

  it('json fits responseSchema', async () => {
    const generationConfig = {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { n: { type: 'INTEGER' } } },
    };
    expect(JSON.parse((await body('sim', { generationConfig })).candidates[0].content.parts[0].text)).toEqual({
      n: expect.any(Number),
    });
  });
});

it('the same prompt gives the same text in every format', async () => {
  const google = (await body('sim-text-6')).candidates[0].content.parts[0].text;
  const openai = JSON.parse((await send(sim.url, CHATS['openai-chat']('sim-text-6', false))).text).choices[0].message
    .content;
  const anthropic = JSON.parse((await send(sim.url, CHATS['anthropic-messages']('sim-text-6', false))).text).content[0]
    .text;
  expect([openai, anthropic]).toEqual([google, google]);
});
