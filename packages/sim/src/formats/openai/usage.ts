import type { SimUsage } from '../../answer/answer.ts';

/**
 * `prompt_tokens` holds the cached ones and `completion_tokens` the reasoning: the details are parts, not further tokens.
 * Source: openai-openapi `CompletionUsage`.
 */
export function openAiUsage(usage: SimUsage): unknown {
  const prompt = usage.input + usage.cachedInput + usage.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
