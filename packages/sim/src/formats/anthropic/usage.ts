import type { SimUsage } from '../../answer/answer.ts';

/**
 * The usage of a message. The three classes of input are disjoint; `output_tokens` holds the thinking.
 * Source: anthropic-sdk-typescript `Usage`, `CacheCreation`, `OutputTokensDetails`.
 */
export function anthropicUsage(usage: SimUsage, tier: string): Record<string, unknown> {
  return {
    ...inputUsage(usage),
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.output,
    ...thinkingUsage(usage),
    service_tier: tier,
    inference_geo: 'not_available',
  };
}

/** The usage of `message_delta`: cumulative, and the one that counts. Source: `MessageDeltaUsage`. */
export function anthropicDeltaUsage(usage: SimUsage): Record<string, unknown> {
  return { ...inputUsage(usage), output_tokens: usage.output, ...thinkingUsage(usage) };
}

function inputUsage(usage: SimUsage): Record<string, unknown> {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cachedInput,
  };
}

function thinkingUsage(usage: SimUsage): Record<string, unknown> {
  return usage.reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } };
}
