import { describe, expect, it } from 'vitest';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import { type Exchange, isFault, type Target } from '../adapter.ts';
import { gemini } from './index.ts';

const target: Target = {
  provider: 'google',
  model: 'gemini-3-pro',
  row: { format: 'gemini', auth: 'none', apiKeyEnv: [], serves: ['chat'], source: 'https://ai.google.dev/api' },
};
function exchange(): Exchange {
  let made = 0;
  const newId = (prefix: string): string => {
    made += 1;
    return `${prefix}${made}`;
  };
  return { id: 'req-1', created: 1, model: 'alias', peek: { model: 'alias', stream: false }, newId };
}
const sent = gemini.client.render(
  { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
  target,
  exchange(),
);
const ORIGIN = { format: 'gemini', provider: 'google', model: 'gemini-3-pro' };
const SIGNATURE = 'EqUCCqICAb4+9vsh8Pd5taZVoPzSvjWW';

function read(body: unknown): ChatReply {
  const reply = gemini.client.parse(body, sent, exchange());
  if (isFault(reply)) throw new Error(`a fault: ${reply.message}`);
  return reply;
}
const answer = (parts: unknown[], more: object = {}): object => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0, ...more }],
  modelVersion: 'gemini-3-pro-preview',
  responseId: 'r1',
});
const choice = (body: unknown): Choice => read(body).choices[0] as Choice;

describe('an answer', () => {
  it('reads as parts in their order, each signature on its own part', () => {
    const reply = read(
      answer([
        { text: 'Hm.', thought: true },
        { text: 'Hello.', thoughtSignature: SIGNATURE },
        { functionCall: { id: 'f1', name: 'weather', args: { city: 'Rome' } }, thoughtSignature: SIGNATURE },
        { functionCall: { name: 'now' } },
      ]),
    );
    expect(reply).toEqual({
      id: 'r1',
      model: 'gemini-3-pro-preview',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'Hm.', summary: true },
            { type: 'text', text: 'Hello.', signature: SIGNATURE, origin: ORIGIN },
            {
              type: 'tool-call',
              callId: 'f1',
              name: 'weather',
              input: '{"city":"Rome"}',
              signature: SIGNATURE,
              origin: ORIGIN,
            },
            { type: 'tool-call', callId: 'call_1', name: 'now', input: '{}' },
          ],
          stopReason: 'tool-calls',
        },
      ],
    });
  });

  it('keeps a signature on an empty part of its own (case 63), and no empty part without one', () => {
    expect(choice(answer([{ text: 'Hi' }, { text: '' }, { text: '', thoughtSignature: SIGNATURE }])).content).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'text', text: '', signature: SIGNATURE, origin: ORIGIN },
    ]);
  });

  it('keeps apart what the vendor ran itself', () => {
    const parts = [
      { executableCode: { language: 'PYTHON', code: '1+1' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
      { text: 'Two.' },
    ];
    expect(choice(answer(parts))).toMatchObject({
      stopReason: 'stop',
      content: [
        {
          type: 'server-tool-call',
          callId: 'call_1',
          name: 'code_execution',
          input: '{"language":"PYTHON","code":"1+1"}',
        },
        {
          type: 'server-tool-result',
          callId: 'call_1',
          name: 'code_execution',
          content: { outcome: 'OUTCOME_OK', output: '2' },
        },
        { type: 'text', text: 'Two.' },
      ],
    });
  });

  it('holds images and speech as media', () => {
    expect(
      choice(
        answer([
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { inlineData: { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'BBBB' } },
        ]),
      ).content,
    ).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
      { type: 'audio', source: { kind: 'base64', data: 'BBBB', mediaType: 'audio/L16;codec=pcm;rate=24000' } },
    ]);
  });

  it('puts several candidates in the order of their index', () => {
    const reply = read({
      candidates: [
        { index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' },
        { content: { parts: [{ text: 'a' }] }, finishReason: 'MAX_TOKENS' },
      ],
    });
    expect(reply.choices).toEqual([
      { content: [{ type: 'text', text: 'a' }], stopReason: 'length' },
      { content: [{ type: 'text', text: 'b' }], stopReason: 'stop' },
    ]);
  });

  const CALL = { functionCall: { name: 'f' } };
  const TEXT = { text: 'a' };
  it.each([
    ['STOP', TEXT, 'stop', undefined],
    ['STOP', CALL, 'tool-calls', undefined],
    ['MAX_TOKENS', TEXT, 'length', undefined],
    ['MAX_TOKENS', CALL, 'length', undefined],
    ['SAFETY', TEXT, 'content-filter', undefined],
    ['RECITATION', TEXT, 'content-filter', 'RECITATION'],
    ['BLOCKLIST', TEXT, 'content-filter', 'BLOCKLIST'],
    ['PROHIBITED_CONTENT', TEXT, 'content-filter', 'PROHIBITED_CONTENT'],
    ['SPII', TEXT, 'content-filter', 'SPII'],
    ['IMAGE_SAFETY', TEXT, 'content-filter', 'IMAGE_SAFETY'],
    ['LANGUAGE', TEXT, 'other', 'LANGUAGE'],
    ['OTHER', TEXT, 'other', undefined],
    ['MALFORMED_FUNCTION_CALL', TEXT, 'other', 'MALFORMED_FUNCTION_CALL'],
    ['MALFORMED_FUNCTION_CALL', CALL, 'other', 'MALFORMED_FUNCTION_CALL'],
    ['UNEXPECTED_TOOL_CALL', TEXT, 'other', 'UNEXPECTED_TOOL_CALL'],
    ['TOO_MANY_TOOL_CALLS', TEXT, 'other', 'TOO_MANY_TOOL_CALLS'],
    ['A_WORD_OF_TOMORROW', TEXT, 'other', 'A_WORD_OF_TOMORROW'],
    [undefined, CALL, 'tool-calls', undefined],
    [undefined, TEXT, 'other', undefined],
  ])(
    'that ends with %s after %j stopped for %s (case 38: the reason follows from what happened)',
    (finishReason, part, stopReason, nativeStopReason) => {
      const read = choice(answer([part], { finishReason }));
      expect([read.stopReason, read.nativeStopReason]).toEqual([stopReason, nativeStopReason]);
    },
  );

  it('to a refused prompt is one empty choice that the filter ended', () => {
    const body = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
      modelVersion: 'm',
    };
    const reply = read(body);
    expect(reply).toMatchObject({
      choices: [{ content: [], stopReason: 'content-filter', nativeStopReason: 'PROHIBITED_CONTENT' }],
      usage: { input: 8 },
    });
    expect(gemini.server.render(reply, exchange()).body).toMatchObject({
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] },
    });
    expect(gemini.server.render(reply, exchange()).body).not.toHaveProperty('candidates');
  });

  it.each([
    [
      'an error with status 200 (case 58)',
      { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
      { kind: 'overloaded', status: 503 },
    ],
    [
      'an error in a list',
      [{ error: { code: 400, message: 'bad', status: 'INVALID_ARGUMENT' } }],
      { kind: 'rejected' },
    ],
    ['no candidates', { usageMetadata: {} }, { kind: 'invalid-response' }],
    ['a string', 'hello', { kind: 'invalid-response' }],
    ['null', null, { kind: 'invalid-response' }],
  ])('that is %s is a fault', (_, body, fault) => {
    expect(gemini.client.parse(body, sent, exchange())).toMatchObject(fault);
  });
});

/** https://ai.google.dev/api/generate-content#UsageMetadata */
describe('usage falls into classes that do not overlap (case 15):', () => {
  it.each([
    ['plain', { promptTokenCount: 9, candidatesTokenCount: 28, totalTokenCount: 37 }, { input: 9, output: 28 }],
    [
      'with thinking',
      { promptTokenCount: 9, candidatesTokenCount: 28, thoughtsTokenCount: 244, totalTokenCount: 281 },
      { input: 9, output: 28, reasoning: 244 },
    ],
    [
      'with a cache',
      { promptTokenCount: 100, cachedContentTokenCount: 80, candidatesTokenCount: 5 },
      { input: 20, cacheRead: 80, output: 5 },
    ],
    [
      'with tools of the vendor',
      { promptTokenCount: 10, toolUsePromptTokenCount: 90, candidatesTokenCount: 5 },
      { input: 100, output: 5 },
    ],
    [
      'with media, some of it cached',
      {
        promptTokenCount: 1000,
        cachedContentTokenCount: 300,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 200 },
          { modality: 'AUDIO', tokenCount: 500 },
          { modality: 'IMAGE', tokenCount: 300 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 300 }],
        candidatesTokenCount: 2,
      },
      { input: 200, cacheRead: 300, inputAudio: 200, inputImage: 300, output: 2 },
    ],
    [
      'of an image',
      {
        promptTokenCount: 4,
        candidatesTokenCount: 1300,
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      },
      { input: 4, output: 10, outputImage: 1290 },
    ],
    [
      'of speech',
      {
        promptTokenCount: 4,
        candidatesTokenCount: 50,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 50 }],
      },
      { input: 4, output: 0, outputAudio: 50 },
    ],
    [
      'with zeros (case 21: an explicit zero stays)',
      { promptTokenCount: 0, cachedContentTokenCount: 0, candidatesTokenCount: 0, thoughtsTokenCount: 0 },
      { input: 0, cacheRead: 0, output: 0, reasoning: 0 },
    ],
    ['before any answer', { promptTokenCount: 4, totalTokenCount: 4 }, { input: 4 }],
    [
      'of a tier (case 17)',
      { promptTokenCount: 4, candidatesTokenCount: 1, serviceTier: 'priority' },
      { input: 4, output: 1, serviceTier: 'priority' },
    ],
    ['of strange types', { promptTokenCount: '4', candidatesTokenCount: -1, thoughtsTokenCount: 1.5 }, {}],
  ])('%s', (_, usageMetadata, usage) => {
    expect(read({ ...answer([{ text: 'a' }]), usageMetadata }).usage).toEqual(usage);
  });

  it('and is written with the totals that the API promises', () => {
    const usage = { input: 20, cacheRead: 80, inputAudio: 7, output: 5, reasoning: 30, serviceTier: 'default' };
    expect(gemini.server.render({ choices: [], usage }, exchange()).body).toMatchObject({
      usageMetadata: {
        promptTokenCount: 107,
        cachedContentTokenCount: 80,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 30,
        totalTokenCount: 142,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 100 },
          { modality: 'AUDIO', tokenCount: 7 },
        ],
        serviceTier: 'standard',
      },
    });
  });
});

/** https://ai.google.dev/gemini-api/docs/google-search */
describe('grounding', () => {
  const text = 'Spanien gewann die EM – 2:1. 🎉 Olé';
  const bytes = (words: string): number => new TextEncoder().encode(words).length;
  const groundingMetadata = {
    webSearchQueries: ['UEFA Euro 2024 winner', 'who won euro 2024'],
    searchEntryPoint: { renderedContent: '<div></div>' },
    groundingChunks: [
      { web: { uri: 'https://a.example/x', title: 'a.example' } },
      { web: { uri: 'https://b.example/y', title: 'b.example' } },
    ],
    groundingSupports: [
      {
        segment: { startIndex: bytes('Spanien '), endIndex: bytes(text), text: text.slice(8) },
        groundingChunkIndices: [0, 1],
        confidenceScores: [0.9, 0.8],
      },
      { segment: { endIndex: 7, text: 'Spanien' }, groundingChunkIndices: [1] },
    ],
  };
  const grounded = answer([{ text }], { groundingMetadata });

  it('becomes citations at character positions, and counts the searches', () => {
    const reply = read({ ...grounded, usageMetadata: { promptTokenCount: 1 } });
    expect(reply.choices[0]?.content).toEqual([
      {
        type: 'text',
        text,
        annotations: [
          {
            kind: 'url',
            url: 'https://a.example/x',
            title: 'a.example',
            text: text.slice(8),
            start: 8,
            end: text.length,
          },
          {
            kind: 'url',
            url: 'https://b.example/y',
            title: 'b.example',
            text: text.slice(8),
            start: 8,
            end: text.length,
          },
          { kind: 'url', url: 'https://b.example/y', title: 'b.example', text: 'Spanien', start: 0, end: 7 },
        ],
      },
    ]);
    expect(reply.usage).toEqual({ input: 1, serverTools: { google_search: 2 } });
  });

  it('of another vendor is written in bytes, and reads back as it was', () => {
    const annotations = [
      { kind: 'url' as const, url: 'https://a.example', title: 'A', start: 22, end: 31, text: text.slice(22, 31) },
    ];
    const { body } = gemini.server.render(
      {
        choices: [
          {
            content: [
              { type: 'text', text: 'x' },
              { type: 'text', text, annotations },
            ],
            stopReason: 'stop',
          },
        ],
      },
      exchange(),
    );
    expect(body).toMatchObject({
      candidates: [
        {
          groundingMetadata: {
            groundingSupports: [
              {
                segment: {
                  partIndex: 1,
                  startIndex: bytes(text.slice(0, 22)),
                  endIndex: bytes(text.slice(0, 31)),
                  text: text.slice(22, 31),
                },
                groundingChunkIndices: [0],
              },
            ],
            groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
          },
        },
      ],
    });
    expect(read(body).choices[0]?.content[1]).toMatchObject({ annotations });
  });

  it('by quotation becomes a citation too', () => {
    const citationMetadata = {
      citationSources: [{ startIndex: 0, endIndex: 7, uri: 'https://c.example', license: 'mit' }],
    };
    expect(choice(answer([{ text }], { citationMetadata })).content).toMatchObject([
      { annotations: [{ kind: 'url', url: 'https://c.example', start: 0, end: 7 }] },
    ]);
  });
});

describe('token probabilities', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'Hé', tokenId: 7, logProbability: -0.1 }],
    topCandidates: [
      {
        candidates: [
          { token: 'Hé', tokenId: 7, logProbability: -0.1 },
          { token: 'Ho', tokenId: 8, logProbability: -2 },
        ],
      },
    ],
  };

  it('read as entries with bytes', () => {
    expect(choice(answer([{ text: 'Hé' }], { avgLogprobs: -0.1, logprobsResult })).logprobs).toEqual({
      content: [
        {
          token: 'Hé',
          logprob: -0.1,
          bytes: [72, 195, 169],
          top_logprobs: [
            { token: 'Hé', logprob: -0.1, bytes: [72, 195, 169] },
            { token: 'Ho', logprob: -2, bytes: [72, 111] },
          ],
        },
      ],
    });
  });

  it('of another vendor are written without token ids', () => {
    const logprobs = {
      content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [{ token: 'a', logprob: -1, bytes: [97] }] }],
    };
    expect(
      gemini.server.render(
        { choices: [{ content: [{ type: 'text', text: 'a' }], stopReason: 'stop', logprobs }] },
        exchange(),
      ).body,
    ).toMatchObject({
      candidates: [
        {
          logprobsResult: {
            chosenCandidates: [{ token: 'a', logProbability: -1 }],
            topCandidates: [{ candidates: [{ token: 'a', logProbability: -1 }] }],
          },
        },
      ],
    });
  });
});

/** https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse */
describe('an answer of the same vendor comes out as it came in:', () => {
  const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };
  const bodies: Record<string, object> = {
    'text with ratings, citations and other metadata': {
      ...answer([{ text: 'Hello.' }], {
        safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
        citationMetadata: { citationSources: [{ startIndex: 0, endIndex: 5, uri: 'https://c.example' }] },
        groundingMetadata: {
          webSearchQueries: ['q'],
          groundingChunks: [{ web: { uri: 'https://a', title: 'a' } }],
          groundingSupports: [{ segment: { endIndex: 5 }, groundingChunkIndices: [0] }],
        },
        urlContextMetadata: {
          urlMetadata: [{ retrievedUrl: 'https://a', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' }],
        },
        avgLogprobs: -0.2,
        logprobsResult: { chosenCandidates: [{ token: 'a', tokenId: 1, logProbability: -1 }] },
        tokenCount: 3,
      }),
      usageMetadata,
    },
    'thoughts, signatures, calls': answer(
      [
        { text: 'Hm.', thought: true },
        { functionCall: { id: 'f1', name: 'f', args: { a: 1 } }, thoughtSignature: SIGNATURE },
        { text: '', thoughtSignature: SIGNATURE },
      ],
      { finishMessage: 'Model generated function call(s).' },
    ),
    'code, media and unknown parts': answer([
      { executableCode: { language: 'PYTHON', code: '1', id: 'c' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1', id: 'c' } },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: SIGNATURE },
      { hologram: {} },
    ]),
    'a filtered answer': {
      ...answer([{ text: 'No' }], { finishReason: 'RECITATION' }),
      promptFeedback: { blockReason: 'SAFETY' },
    },
    'a status of the model': { ...answer([{ text: 'a' }]), modelStatus: { modelStage: 'LEGACY' } },
  };
  for (const [name, body] of Object.entries(bodies))
    it(name, () => expect(gemini.server.render(read(body), exchange())).toEqual({ body, dropped: [] }));
});

describe('an answer of another vendor', () => {
  const write = (reply: ChatReply): { body: unknown; dropped: string[] } => gemini.server.render(reply, exchange());
  const parts = (content: Choice['content']): unknown =>
    (write({ choices: [{ content, stopReason: 'stop' }] }).body as { candidates: { content: { parts: unknown } }[] })
      .candidates[0]?.content.parts;

  it('has the model and the id of the exchange where it has none of its own', () => {
    expect(write({ choices: [{ content: [{ type: 'text', text: 'a' }], stopReason: 'stop' }] }).body).toEqual({
      candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      modelVersion: 'alias',
      responseId: 'req-1',
    });
  });

  it.each([
    ['stop', 'stop', 'STOP'],
    ['stop-sequence', 'end', 'STOP'],
    ['tool-calls', 'tool_use', 'STOP'],
    ['pause', 'pause_turn', 'STOP'],
    ['length', 'max_tokens', 'MAX_TOKENS'],
    ['context-window', undefined, 'MAX_TOKENS'],
    ['content-filter', 'content_filter', 'SAFETY'],
    ['refusal', 'refusal', 'SAFETY'],
    ['other', undefined, 'OTHER'],
  ] as const)('that stopped for %s (%s) finished with %s', (stopReason, nativeStopReason, word) => {
    expect(
      write({ choices: [{ content: [], stopReason, ...(nativeStopReason !== undefined && { nativeStopReason }) }] })
        .body,
    ).toMatchObject({ candidates: [{ finishReason: word }] });
  });

  it('shows refusals as text and speech with its words', () => {
    expect(
      parts([
        { type: 'refusal', text: 'No.' },
        { type: 'audio', source: { kind: 'base64', data: 'AA', mediaType: 'audio/wav' }, transcript: 'Hi' },
      ]),
    ).toEqual([
      { text: 'No.' },
      { inlineData: { mimeType: 'audio/wav', data: 'AA' }, audioTranscription: { text: 'Hi' } },
    ]);
  });

  it('reports what only its vendor understands', () => {
    const { body, dropped } = write({
      choices: [
        {
          content: [
            {
              type: 'server-tool-call',
              callId: 's',
              name: 'web_search',
              input: '{}',
              origin: { format: 'anthropic-messages' },
            },
            { type: 'native', format: 'x', name: 'odd', value: 1 },
          ],
          stopReason: 'stop',
        },
      ],
    });
    expect(body).toMatchObject({ candidates: [{ content: { parts: [] } }] });
    expect(dropped).toEqual(['web_search', 'odd']);
  });
});
