import type { SimUsage } from '../../answer/answer.ts';

/**
 * `promptTokenCount` holds the cached tokens; `candidatesTokenCount` does not hold the thoughts; the total holds all.
 * Source: https://ai.google.dev/api/generate-content#UsageMetadata; js-genai `GenerateContentResponseUsageMetadata`.
 */
export function geminiUsage(usage: SimUsage, tier: string | undefined): Record<string, unknown> {
  const prompt = usage.input + usage.cachedInput + usage.cacheWrite;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: usage.output - usage.reasoning,
    totalTokenCount: prompt + usage.output,
    ...(usage.cachedInput === 0
      ? {}
      : { cachedContentTokenCount: usage.cachedInput, cacheTokensDetails: [text(usage.cachedInput)] }),
    promptTokensDetails: [text(prompt)],
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
  };
}

function text(tokenCount: number): unknown {
  return { modality: 'TEXT', tokenCount };
}
