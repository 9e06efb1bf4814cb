import { describe, expect, it } from 'vitest';
import { addUsage, inputTotal, outputTotal } from '../../chat/usage.ts';
import { readResponseUsage, readTranscriptionUsage } from './usage.ts';

// The form: https://platform.openai.com/docs/guides/realtime-costs
const usage = {
  total_tokens: 300,
  input_tokens: 200,
  output_tokens: 100,
  input_token_details: {
    text_tokens: 90,
    audio_tokens: 80,
    image_tokens: 30,
    cached_tokens: 50,
    cached_tokens_details: { text_tokens: 20, audio_tokens: 25, image_tokens: 5 },
  },
  output_token_details: { text_tokens: 40, audio_tokens: 60 },
};

describe('the usage of a response', () => {
  it('counts no token twice: what is cached is in no other class', () => {
    const read = readResponseUsage(usage);
    expect(read).toEqual({ cacheRead: 50, inputAudio: 55, inputImage: 25, input: 70, output: 40, outputAudio: 60 });
    expect([inputTotal(read ?? {}), outputTotal(read ?? {})]).toEqual([200, 100]);
  });

  it('keeps its totals when the details claim more than there is, or say nothing', () => {
    const greedy = readResponseUsage({ ...usage, input_token_details: { cached_tokens: 150, audio_tokens: 150 } });
    expect(inputTotal(greedy ?? {})).toBe(200);
    expect(readResponseUsage({ input_tokens: 3, output_tokens: 4 })).toEqual({ input: 3, output: 4 });
  });

  it.each([undefined, null, 'x', {}, { input_tokens: -1 }])('is none in %j', (value) => {
    expect(readResponseUsage(value)).toBeUndefined();
  });

  it('adds up over a session', () => {
    const once = readResponseUsage(usage) ?? {};
    expect(inputTotal(addUsage(addUsage(undefined, once), once))).toBe(400);
  });
});

it('a transcription is billed by tokens or by the second', () => {
  expect(readTranscriptionUsage({ type: 'duration', seconds: 2.4 })).toEqual({ inputAudioSeconds: 3 });
  const tokens = { type: 'tokens', input_tokens: 14, input_token_details: { audio_tokens: 14 }, output_tokens: 8 };
  expect(readTranscriptionUsage(tokens)).toEqual({ inputAudio: 14, input: 0, output: 8 });
  expect(readTranscriptionUsage(undefined)).toBeUndefined();
});
