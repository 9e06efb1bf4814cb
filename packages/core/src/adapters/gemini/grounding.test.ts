import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { answer, exchange, firstChoice, read } from './support.type-test.ts';

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

  it.each([
    [
      { maps: { uri: 'https://maps.example', title: 'Café', placeId: 'p' } },
      { kind: 'url', url: 'https://maps.example', title: 'Café' },
    ],
    [
      { image: { sourceUri: 'https://img.example', imageUri: 'https://i', title: 'Cat' } },
      { kind: 'url', url: 'https://img.example', title: 'Cat' },
    ],
    [
      { retrievedContext: { uri: 'gs://b/a.pdf', title: 'a.pdf', text: 'quote' } },
      { kind: 'document', url: 'gs://b/a.pdf', title: 'a.pdf' },
    ],
    [{ oracle: {} }, { kind: 'other' }],
  ])('by %j is a citation of its kind', (chunk, annotation) => {
    const metadata = {
      groundingChunks: [chunk],
      groundingSupports: [{ segment: { text: 'x' }, groundingChunkIndices: [0, 7, 'odd'] }, {}],
    };
    expect(firstChoice(answer([{ text }], { groundingMetadata: metadata })).content).toEqual([
      { type: 'text', text, annotations: [{ ...annotation, text: 'x' }] },
    ]);
  });

  it('by quotation becomes a citation too', () => {
    const citationMetadata = {
      citationSources: [{ startIndex: 0, endIndex: 7, uri: 'https://c.example', license: 'mit' }],
    };
    expect(firstChoice(answer([{ text }], { citationMetadata })).content).toMatchObject([
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
    expect(firstChoice(answer([{ text: 'Hé' }], { avgLogprobs: -0.1, logprobsResult })).logprobs).toEqual({
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
