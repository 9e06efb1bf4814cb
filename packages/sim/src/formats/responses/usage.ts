import type { SimUsage } from '../../answer/answer.ts';

/** Input holds the cached tokens and output the reasoning: the details are parts, not further tokens. Source: openai-openapi `ResponseUsage`. */
export function responsesUsage(usage: SimUsage): unknown {
  const input = usage.input + usage.cachedInput + usage.cacheWrite;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cachedInput },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}
