import type { SimUsage } from '../../answer/answer.ts';

/**
 * The classes of input are disjoint; reasoning is part of the output.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function bedrockUsage(usage: SimUsage): Record<string, unknown> {
  const { input, cachedInput, cacheWrite, output } = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + cachedInput + cacheWrite + output,
    cacheReadInputTokens: cachedInput,
    cacheWriteInputTokens: cacheWrite,
    ...(cacheWrite === 0 ? {} : { cacheDetails: [{ ttl: '5m', inputTokens: cacheWrite }] }),
  };
}
