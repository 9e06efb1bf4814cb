import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import type { Json } from '../shared/read.ts';
import { readUsage, usageBody } from './usage.ts';

describe('usage in disjoint classes', () => {
  it.each<[string, Json, Usage]>([
    [
      'OpenAI, https://platform.openai.com/docs/api-reference/chat/object',
      {
        prompt_tokens: 1117,
        completion_tokens: 46,
        total_tokens: 1163,
        prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 3 },
        completion_tokens_details: {
          reasoning_tokens: 20,
          audio_tokens: 6,
          accepted_prediction_tokens: 4,
          rejected_prediction_tokens: 5,
        },
      },
      {
        input: 90,
        cacheRead: 1024,
        inputAudio: 3,
        output: 20,
        reasoning: 20,
        outputAudio: 6,
        predictionAccepted: 4,
        predictionRejected: 5,
      },
    ],
    [
      'an explicit zero, which is not "unknown"',
      { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } },
      { input: 0, cacheRead: 0, output: 0 },
    ],
    [
      'cache writes, https://openrouter.ai/docs/features/prompt-caching',
      {
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 50 },
      },
      { input: 40, cacheRead: 10, cacheWrite: 50, output: 1 },
    ],
    [
      'hits and misses, https://api-docs.deepseek.com/guides/kv_cache',
      { prompt_tokens: 100, completion_tokens: 1, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
      { input: 36, cacheRead: 64, output: 1 },
    ],
    [
      'flat cached tokens, https://platform.moonshot.ai/docs/api/chat',
      { prompt_tokens: 20, completion_tokens: 30, cached_tokens: 10 },
      { input: 10, cacheRead: 10, output: 30 },
    ],
    [
      'reasoning outside of the completion, by its own sum, https://docs.x.ai/docs/guides/reasoning',
      {
        prompt_tokens: 12,
        completion_tokens: 1,
        total_tokens: 241,
        completion_tokens_details: { reasoning_tokens: 228 },
      },
      { input: 12, output: 1, reasoning: 228 },
    ],
    [
      'reasoning larger than the completion, https://docs.perplexity.ai',
      {
        prompt_tokens: 33,
        completion_tokens: 7163,
        total_tokens: 7196,
        reasoning_tokens: 73_997,
        num_search_queries: 18,
      },
      { input: 33, output: 7163, reasoning: 73_997, serverTools: { web_search: 18 } },
    ],
    [
      'classes that overlap on the wire',
      { prompt_tokens: 100, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 90, audio_tokens: 50 } },
      { input: 0, cacheRead: 90, inputAudio: 10, output: 0 },
    ],
  ])('%s', (_, wire, usage) => {
    expect(readUsage(wire)).toEqual(usage);
  });

  it.each([undefined, null, 'x', [], {}, { prompt_tokens: '7' }, { prompt_tokens: -1, completion_tokens: 1.5 }])(
    'is absent in %j',
    (value) => {
      expect(readUsage(value)).toBeUndefined();
    },
  );

  const tokens = fc.nat({ max: 1_000_000 });
  const details = (...names: string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, tokens])), { requiredKeys: [] });

  it('sums up to what the provider said, whatever the details claim (case 15: no token is counted twice)', () => {
    const wire = fc.record({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: details('cached_tokens', 'audio_tokens', 'image_tokens', 'cache_write_tokens'),
      completion_tokens_details: details('audio_tokens', 'image_tokens'),
    });
    fc.assert(
      fc.property(wire, (value) => {
        const usage = readUsage(value) ?? {};
        expect([inputTotal(usage), outputTotal(usage)]).toEqual([value.prompt_tokens, value.completion_tokens]);
      }),
    );
  });

  it('reads back what it wrote', () => {
    const usage: fc.Arbitrary<Usage> = fc.record(
      {
        input: tokens,
        cacheRead: tokens,
        cacheWrite: tokens,
        cacheWrite1h: tokens,
        inputAudio: tokens,
        inputImage: tokens,
        output: tokens,
        reasoning: tokens,
        outputAudio: tokens,
        predictionAccepted: tokens,
        predictionRejected: tokens,
      },
      { requiredKeys: ['input', 'output', 'cacheWrite'] },
    );
    fc.assert(
      fc.property(usage, (value) => {
        const read = readUsage(usageBody(value));
        expect(read).toEqual(value);
      }),
    );
  });
});
