import { describe, expect, it } from 'vitest';
import type { PriceConfig } from '../config/price-types.ts';
import { layered } from './layers.ts';
import { listPrices } from './list.ts';
import type { Price } from './price.ts';

const BOOK: Price = {
  rates: { input: 2_000_000_000, output: 8_000_000_000, inputSeconds: 5, tools: { search: 7 } },
  tiers: [{ service: 'batch', rates: { input: 1_000_000_000, output: 4_000_000_000 } }],
  source: 'book',
};
const over = (given: PriceConfig, below: Price | undefined = BOOK) => layered(below, given);

describe('a price of the configuration', () => {
  it('of tokens replaces those of the book and their tiers, and leaves the rest', () => {
    expect(over({ perMillionTokens: { input: '0.75' } })).toEqual({
      rates: { input: 750_000_000, inputSeconds: 5, tools: { search: 7 } },
      source: 'configuration',
    });
  });

  it('of pieces and calls is taken over one by one', () => {
    expect(over({ perUnit: { outputImages: '0.04' }, perCall: { fetch: '0.01' } })).toEqual({
      ...BOOK,
      rates: { ...BOOK.rates, outputImages: 40_000_000_000_000, tools: { search: 7, fetch: 10_000_000_000_000 } },
    });
  });

  it('adds its discount to those below, but not to prices of its own that stand above', () => {
    expect(over({ adjust: 200 }, { ...BOOK, adjust: [900] })?.adjust).toEqual([900, 1200]);
    expect(over({ perMillionTokens: { input: '1' }, adjust: 200 }, { ...BOOK, adjust: [900] })?.adjust).toEqual([1200]);
  });

  it('is none where there is nothing to discount', () => {
    expect(layered(undefined, { adjust: -100 })).toBeUndefined();
    expect(layered(undefined, { perUnit: { pages: '0.001' } })?.rates).toEqual({ pages: 1_000_000_000_000 });
  });

  it('by hours past midnight is two tiers', () => {
    const hours = (from: string, to: string) =>
      over({ tiers: [{ hours: [from, to], perMillionTokens: { input: '1' } }] })?.tiers?.map((tier) => tier.hours);
    expect(hours('16:30', '00:30')).toEqual([
      [990, 1440],
      [0, 30],
    ]);
    expect(hours('16:30', '00:00')).toEqual([[990, 1440]]);
    expect(hours('01:00', '04:00')).toEqual([[60, 240]]);
  });
});

describe('the list of prices', () => {
  it('holds the book under the prices of the configuration, and the models that only it names', () => {
    const priceBook = {
      date: '2026-11-29',
      find: (_: string, model: string) => (model === 'small' ? BOOK : undefined),
      list: () => [{ provider: 'acme', model: 'small', price: BOOK }],
    };
    const prices = {
      'acme/*': { adjust: -100 },
      'acme/small': { perCall: { fetch: '0' } },
      'acme/own': { like: 'acme/small' },
      'acme/none': { adjust: 1 },
    };
    expect(
      [...listPrices({ priceBook, prices })].map(({ provider, model, price }) => [
        provider,
        model,
        price.adjust,
        price.rates.tools,
      ]),
    ).toEqual([
      ['acme', 'small', [900], { search: 7, fetch: 0 }],
      ['acme', 'own', undefined, { search: 7 }],
    ]);
    expect([...listPrices({})]).toEqual([]);
  });
});
