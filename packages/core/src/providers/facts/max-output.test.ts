import { describe, expect, it } from 'vitest';
import { maxOutputTokensOf } from './max-output.ts';

// Read from https://platform.claude.com/docs/en/models/overview: 128K for the current line, 64K for Haiku 4.5.
describe('the documented maximum of answer tokens', () => {
  it.each([
    ['claude-opus-5-5', 128_000],
    ['claude-sonnet-5-5', 128_000],
    ['claude-haiku-4-5', 64_000],
    ['claude-haiku-4-5-20251001', 64_000],
    ['claude-haiku-4-5@20251001', 64_000],
    ['claude-opus-4-20250514', 32_000],
    ['claude-opus-4-0', 32_000],
    ['claude-3-5-haiku-latest', 8192],
  ])('of %s is %i', (model, tokens) => {
    expect(maxOutputTokensOf(model)).toBe(tokens);
  });

  it.each([
    '',
    'claude',
    'claude-opus-9',
    'claude-opus-4-9',
    'claude-opus-4-5-preview',
    'constructor',
    '__proto__',
    'constructor-20250101',
    'kimi-k3',
  ])('of %j is not known, and no family is guessed', (model) => {
    expect(maxOutputTokensOf(model)).toBeUndefined();
  });
});
