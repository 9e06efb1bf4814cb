import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { answer, exchange, read } from './support.type-test.ts';

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
