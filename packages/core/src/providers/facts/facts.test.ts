import { TABLE } from '@postern/models';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { factsOf, UNKNOWN_MODEL } from './facts.ts';
import { maxOutputTokensOf } from './max-output.ts';

describe('what is known of a model', () => {
  it('is unknown for a model or a provider that the table does not name', () => {
    expect(factsOf('openai', 'gpt-of-tomorrow')).toBe(UNKNOWN_MODEL);
    expect(factsOf('nobody', 'gpt-5.4')).toBe(UNKNOWN_MODEL);
    expect(factsOf('constructor', 'name')).toBe(UNKNOWN_MODEL);
  });

  // Source: https://platform.claude.com/docs/en/models/overview
  it.each(['anthropic', 'vertex_ai', 'nobody'])(
    'has the longest answer that its maker tells of, at %s too',
    (provider) => {
      expect(factsOf(provider, 'claude-sonnet-4-5@20250929').maxOutputTokens).toBe(64_000);
    },
  );

  it('has one place only for the longest answer of a model', () => {
    for (const table of Object.values(TABLE))
      for (const [name = '', , , , longest] of table.split('\n').map((line) => line.split(' ')))
        if (maxOutputTokensOf(name) !== undefined) expect(longest, name).toBeUndefined();
  });

  // Source: https://api-docs.deepseek.com/quick_start/pricing: the model takes text, and calls tools.
  it('says of a text model that it takes no images', () => {
    const facts = factsOf('deepseek', 'deepseek-v4-pro');
    expect(facts.can).toContain('tools');
    expect(facts.cannot).toContain('vision');
  });

  it('never says of one model that it can and can not', () => {
    for (const [provider, table] of Object.entries(TABLE)) {
      for (const line of table.split('\n').filter(Boolean)) {
        const name = line.slice(0, line.indexOf(' '));
        const { can, cannot, contextWindow = 1, maxOutputTokens = 1 } = factsOf(provider, name);
        expect(
          can.filter((capability) => cannot.includes(capability)),
          `${provider}/${name}`,
        ).toEqual([]);
        expect(contextWindow > 0 && maxOutputTokens > 0, `${provider}/${name}`).toBe(true);
      }
    }
  });

  it('names providers as the catalog does, where the catalog has them', () => {
    const known = Object.keys(TABLE).filter((provider) => Object.hasOwn(CATALOG, provider));
    expect(known).toEqual(expect.arrayContaining(['openai', 'anthropic', 'gemini', 'mistral', 'groq', 'xai']));
  });
});
