import { describe, expect, it } from 'vitest';
import { parseModelName } from './model-name.ts';

describe('a provider/model name', () => {
  it('splits at the first slash, so that the model may hold slashes', () => {
    expect(parseModelName('openai/gpt-5.4-mini')).toEqual({ provider: 'openai', model: 'gpt-5.4-mini' });
    expect(parseModelName('groq/openai/gpt-oss-120b')).toEqual({ provider: 'groq', model: 'openai/gpt-oss-120b' });
    expect(parseModelName('x//y')).toEqual({ provider: 'x', model: '/y' });
  });

  it.each(['', '/', 'gpt-5.4-mini', '/gpt', 'openai/'])('%j is none', (name) => {
    expect(parseModelName(name)).toBeUndefined();
  });
});
