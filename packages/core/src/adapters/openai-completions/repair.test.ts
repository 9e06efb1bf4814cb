import { describe, expect, it } from 'vitest';
import type { ProviderRow } from '../provider-row.ts';
import { repaired } from './repair.ts';

const row = (fidelity: 'exact' | 'compatible'): ProviderRow => ({
  format: 'openai-completions',
  auth: 'none',
  apiKeyEnv: [],
  serves: ['chat'],
  source: 'https://platform.openai.com/docs/api-reference/completions',
  fidelity,
});
const memo = { n: 1, id: 'cmpl-1', created: 5, model: 'smart', streamUsage: false };

/** Source: https://platform.openai.com/docs/api-reference/completions/object */
const CHOICE = { text: 'Hi', index: 0, logprobs: null, finish_reason: 'stop' };
const WHOLE = { id: 'cmpl-7', object: 'text_completion', created: 1, model: 'm', choices: [CHOICE] };

describe('an answer of a compatible API', () => {
  it('has what is required filled in, and keeps the rest', () => {
    const answer = { choices: [{ text: 'Hi', kv: 1 }], timings: 3 };
    expect(repaired(answer, row('compatible'), memo, true)).toEqual({
      id: 'cmpl-1',
      object: 'text_completion',
      created: 5,
      model: 'smart',
      timings: 3,
      choices: [{ text: 'Hi', kv: 1, index: 0, logprobs: null, finish_reason: 'stop' }],
    });
  });

  // Sources of the words: https://docs.together.ai/reference/completions-1 (eos), https://docs.mistral.ai/api/endpoint/fim (model_length)
  it.each([
    ['eos', 'stop'],
    ['model_length', 'length'],
  ])('has its end %s as %s, with its own word beside it', (word, right) => {
    const answer = { ...WHOLE, choices: [{ ...CHOICE, finish_reason: word }] };
    expect(repaired(answer, row('compatible'), memo, true)?.['choices']).toEqual([
      { ...CHOICE, finish_reason: right, native_finish_reason: word },
    ]);
  });

  it('has a chunk that ends nothing say so with null, and one of usage alone no choices', () => {
    const chunk = { ...WHOLE, choices: [{ text: 'H' }] };
    expect(repaired(chunk, row('compatible'), memo, false)?.['choices']).toEqual([
      { text: 'H', index: 0, logprobs: null, finish_reason: null },
    ]);
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const { choices: _, ...rest } = WHOLE;
    expect(repaired({ ...rest, usage }, row('compatible'), memo, false)).toEqual({ ...rest, usage, choices: [] });
  });

  it('goes on as it came where nothing is missing', () => {
    expect(repaired(WHOLE, row('compatible'), memo, true)).toBeUndefined();
    const chunk = { ...WHOLE, choices: [{ ...CHOICE, finish_reason: null }] };
    expect(repaired(chunk, row('compatible'), memo, false)).toBeUndefined();
  });
});

it('an answer of the API that owns the format has nothing filled in', () => {
  expect(repaired({ choices: [{ text: 'Hi' }] }, row('exact'), memo, true)).toBeUndefined();
  expect(repaired({ id: 'x' }, row('exact'), memo, false)).toBeUndefined();
});
