import { describe, expect, it } from 'vitest';
import { familyTier, tiersBy } from './tiers.ts';

describe('tiers of families', () => {
  it.each([
    ['openai/gpt-5.4-nano', 1],
    ['openai/gpt-5.4-mini-2026-03-17', 2],
    ['openai/gpt-5.4', 3],
    ['openai/gpt-6-astra', 4],
    ['groq/openai/gpt-oss-120b', 2],
    ['anthropic/claude-haiku-4-5', 2],
    ['anthropic/claude-sonnet-5-5', 3],
    ['anthropic/claude-3-7-sonnet-20250219', 3],
    ['bedrock/eu.anthropic.claude-opus-4-5-20251101-v1:0', 4],
    ['gemini/gemini-3.5-flash-lite', 1],
    ['gemini/models/gemini-3.8-flash', 2],
    ['gemini/gemini-2.5-pro', 3],
    ['mistral/ministral-3b-latest', 1],
    ['mistral/mistral-large-latest', 3],
    ['deepseek/deepseek-v4-flash', 2],
    ['xai/grok-4.7', 4],
    ['acme/our-own-model', undefined],
  ])('%s is of tier %s', (model, tier) => {
    expect(familyTier(model)).toBe(tier);
  });

  it('are overridden by what is configured, the narrowest first', () => {
    const tierOf = tiersBy({ 'acme/*': 1, 'acme/big*': 2, 'acme/big-9': 3, smart: 4 });
    expect(tierOf('x', 'acme/small')).toBe(1);
    expect(tierOf('x', 'acme/big-1')).toBe(2);
    expect(tierOf('smart', 'acme/big-9')).toBe(3);
    expect(tierOf('smart', 'acme/big-1')).toBe(4);
  });
});
