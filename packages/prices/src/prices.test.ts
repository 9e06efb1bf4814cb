import { describe, expect, it } from 'vitest';
import { prices } from './index.ts';

describe('the price book', () => {
  const book = prices();
  const entries = [...book.list()];

  it('holds whole nano-dollars below 2⁵³ and no price that could not be told', () => {
    expect(entries.length).toBeGreaterThan(1000);
    const all = entries.flatMap(({ provider, model, price }) =>
      [price.rates, ...(price.tiers ?? []).map(({ rates }) => rates)].flatMap(({ tools = {}, ...rates }) =>
        [...Object.entries(rates), ...Object.entries(tools)].map(([name, rate]) => ({ provider, model, name, rate })),
      ),
    );
    expect(all.filter(({ rate }) => !Number.isSafeInteger(rate) || Number(rate) < 0)).toEqual([]);
    // A list that says 0 for all classes of a model says that it doesn't know.
    const unknown = entries.filter(({ price }) => Object.values(price.rates).every((rate) => rate === 0));
    expect(unknown).toEqual([]);
  });

  it('gives each model that it lists by its name, and nothing for others', () => {
    for (const { provider, model, price } of entries) expect(book.find(provider, model)).toBe(price);
    for (const [provider, model] of [
      ['openai', 'none'],
      ['none', 'gpt-5.6'],
      ['toString', 'x'],
      ['openai', 'toString'],
      ['openai', ''],
    ] as const)
      expect(book.find(provider, model)).toBeUndefined();
  });

  it('gives a vendor the same prices in each of its formats', () => {
    expect(book.find('openai-responses', 'gpt-5.6')).toBe(book.find('openai', 'gpt-5.6'));
    expect(book.find('deepseek-anthropic', 'deepseek-v4-pro')).toBe(book.find('deepseek', 'deepseek-v4-pro'));
  });

  it('says when it was put together, where a price is from, and which are disputed', () => {
    expect(book.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    for (const { price } of entries) expect(price.source).toMatch(/^https:/);
    expect(book.find('anthropic', 'claude-sonnet-5-5')?.disputed?.rates.cacheRead).toBe(100_000_000);
    expect(entries.filter(({ price }) => price.disputed !== undefined).length).toBeLessThan(entries.length / 20);
  });

  it('reads tiers by service, length and hour', () => {
    const tier = (model: string, provider: string) => book.find(provider, model)?.tiers ?? [];
    expect(tier('gpt-5.6', 'openai')).toContainEqual({
      service: 'flex',
      above: 272_000,
      rates: { input: 4_000_000_000, cacheRead: 400_000_000, cacheWrite: 5_000_000_000, output: 15_000_000_000 },
    });
    expect(tier('deepseek-v4-pro', 'deepseek')).toContainEqual({
      hours: [60, 240],
      days: [1, 2, 3, 4, 5],
      rates: { input: 1_320_000_000, cacheRead: 44_000_000, output: 3_960_000_000 },
    });
  });
});
