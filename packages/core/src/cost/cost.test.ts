import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../chat/usage.ts';
import { costOf } from './cost.ts';
import type { Price, Rates } from './price.ts';
import { worstCost } from './worst.ts';

/** One dollar for a million. */
const USD = 1_000_000_000;
const NOON = Date.UTC(2026, 0, 7, 12); // a Wednesday
const rates: Rates = { input: 2 * USD, cacheRead: USD / 5, output: 8 * USD };
const cost = (price: Price, usage: Usage, at = NOON) => costOf(price, usage, at);

describe('a cost', () => {
  it('is the sum of every class at its own rate', () => {
    // 1,000 × 2,000 + 500 × 200 + 100 × 8,000 nano-dollars a token
    expect(cost({ rates }, { input: 1000, cacheRead: 500, output: 100 })).toEqual({
      nanoUsd: 2_900_000n,
      unpriced: [],
    });
  });

  it('is rounded once and half up, not class by class', () => {
    const third: Rates = { input: 400_000, output: 400_000, cacheRead: 100_000 };
    expect(cost({ rates: third }, { input: 1, output: 1 }).nanoUsd).toBe(1n); // 0.8
    expect(cost({ rates: third }, { input: 1, cacheRead: 1 }).nanoUsd).toBe(1n); // 0.5
    expect(cost({ rates: third }, { input: 1 }).nanoUsd).toBe(0n); // 0.4
  });

  it('is exact where doubles are not', () => {
    const units = 9_007_199_254_740_991;
    const rate = 9_007_199_254_740_991;
    expect(cost({ rates: { input: rate } }, { input: units }).nanoUsd).toBe(
      (BigInt(units) * BigInt(rate) + 500_000n) / 1_000_000n,
    );
  });

  it('flags a class without a price, bills the others, and takes none of it for text', () => {
    expect(cost({ rates }, { input: 1000, inputAudio: 7, outputImage: 1 })).toEqual({
      nanoUsd: 2_000_000n,
      unpriced: ['inputAudio', 'outputImage'],
    });
    expect(cost({ rates }, { input: 1, cacheWrite: 1, cacheWrite1h: 1 }).unpriced).toEqual([
      'cacheWrite',
      'cacheWrite1h',
    ]);
    expect(cost({ rates }, { input: 1000, inputAudio: 0, cacheWrite: 0 }).unpriced).toEqual([]);
  });

  it('has reasoning at the rate of the answer, unless it has one of its own', () => {
    expect(cost({ rates }, { output: 10, reasoning: 20 }).nanoUsd).toBe(240_000n);
    expect(cost({ rates: { ...rates, reasoning: 3 * USD } }, { output: 10, reasoning: 20 }).nanoUsd).toBe(140_000n);
  });

  it('has an explicit price of 0 for what is free', () => {
    expect(cost({ rates: { input: 0, tools: { fetch: 0 } } }, { input: 5, serverTools: { fetch: 2 } })).toEqual({
      nanoUsd: 0n,
      unpriced: [],
    });
  });

  it('counts the calls of tools, and flags those of which nobody knows the price', () => {
    const price = { rates: { ...rates, tools: { search: 10_000 * USD } } };
    const usage = { input: 0, serverTools: { search: 3, toString: 1, idle: 0 } };
    expect(cost(price, usage)).toEqual({ nanoUsd: 30_000_000n, unpriced: ['tools.toString'] });
  });

  it('of audio by the second is exact to the millionth of one', () => {
    // 8.47 s × 30,830 nano-dollars
    expect(cost({ rates: { inputSeconds: 30_830_000_000 } }, { inputSeconds: 8.47 }).nanoUsd).toBe(261_130n);
  });

  it('does not ask for a price of what is told beside tokens, but of what is told alone', () => {
    expect(cost({ rates }, { input: 10, inputSeconds: 4 }).unpriced).toEqual([]);
    expect(cost({ rates }, { inputSeconds: 4 }).unpriced).toEqual(['inputSeconds']);
    expect(cost({ rates }, { input: 0, outputImages: 1 }).unpriced).toEqual(['outputImages']);
    const both = { rates: { ...rates, inputSeconds: 1000 * USD } };
    expect(cost(both, { input: 10, inputSeconds: 4 }).nanoUsd).toBe(4_020_000n);
  });

  it('has the fee of a request once', () => {
    expect(cost({ rates: { ...rates, requests: 5000 * USD } }, { input: 1000 }).nanoUsd).toBe(7_000_000n);
  });

  it('has discounts and margins in the one division', () => {
    const price = { rates: { input: 333_333 }, adjust: [900, 1200] };
    // 3 × 333,333 × 1.08 / 10⁶ = 1.07999…
    expect(cost(price, { input: 3 }).nanoUsd).toBe(1n);
    // 5 × 333,333 × 1.08 / 10⁶ = 1.79999…
    expect(cost(price, { input: 5 }).nanoUsd).toBe(2n);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 53, 1e300])(
    'flags a count of %d as one that nobody can bill',
    (units) => {
      expect(cost({ rates }, { input: 1000, output: units })).toEqual({ nanoUsd: 2_000_000n, unpriced: ['output'] });
    },
  );

  it('never falls when a count grows, and that of two calls is that of both but for the rounding', () => {
    const tokens = fc.record({ input: fc.nat(), cacheRead: fc.nat(), output: fc.nat() });
    const rate = fc.integer({ min: 0, max: 2 ** 40 });
    const priced = fc.record({ input: rate, cacheRead: rate, output: rate }).map((own): Price => ({ rates: own }));
    fc.assert(
      fc.property(priced, tokens, tokens, (price, one, two) => {
        const both = {
          input: one.input + two.input,
          cacheRead: one.cacheRead + two.cacheRead,
          output: one.output + two.output,
        };
        const [a, b, all] = [one, two, both].map((usage) => cost(price, usage).nanoUsd) as [bigint, bigint, bigint];
        expect(all >= a && all >= b).toBe(true);
        const off = a + b - all;
        expect(off >= -1n && off <= 1n).toBe(true);
      }),
    );
  });
});

describe('a tier', () => {
  const long: Rates = { input: 4 * USD, cacheRead: USD, output: 12 * USD };
  const price: Price = {
    rates: { ...rates, tools: { search: USD }, requests: 0 },
    tiers: [
      { above: 200_000, rates: long },
      { service: 'batch', rates: { input: USD, output: 4 * USD } },
      { service: 'batch', above: 200_000, rates: { input: 2 * USD, output: 6 * USD } },
    ],
  };
  const nano = (usage: Usage) => cost(price, usage).nanoUsd;

  it('by length begins one token behind its bound, and holds for all tokens', () => {
    expect(nano({ input: 200_000 })).toBe(400_000_000n);
    expect(nano({ input: 200_001 })).toBe(800_004_000n);
  });

  it('by length counts the whole prompt, cached tokens too', () => {
    expect(nano({ input: 1, cacheRead: 200_000 })).toBe(200_004_000n);
    expect(nano({ input: 1, output: 300_000 })).toBe(2_400_002_000n);
  });

  it('by service is the one that the answer told', () => {
    expect(nano({ input: 1000, output: 100, serviceTier: 'batch' })).toBe(1_400_000n);
    expect(nano({ input: 300_000, serviceTier: 'batch' })).toBe(600_000_000n);
    for (const serviceTier of ['default', 'standard', 'auto', 'on_demand'])
      expect(nano({ input: 1000, serviceTier })).toBe(2_000_000n);
  });

  it('that nobody knows has no price, and neither has a class that the tier does not name', () => {
    expect(cost(price, { input: 1000, serviceTier: 'priority' })).toEqual({ nanoUsd: 0n, unpriced: ['input'] });
    expect(cost(price, { input: 1000, cacheRead: 5, serviceTier: 'batch' })).toEqual({
      nanoUsd: 1_000_000n,
      unpriced: ['cacheRead'],
    });
  });

  it('leaves what is priced by the piece as it is, unless it names it', () => {
    expect(cost(price, { input: 0, serverTools: { search: 1 }, serviceTier: 'batch' })).toEqual({
      nanoUsd: 1000n,
      unpriced: [],
    });
  });

  it('by the hour begins with its first minute, ends before its last, and knows the days', () => {
    const peak: Price = {
      rates: { input: USD },
      tiers: [{ hours: [60, 240], days: [1, 2, 3, 4, 5], rates: { input: 2 * USD } }],
    };
    const at = (day: number, hour: number, minute: number) =>
      cost(peak, { input: 1000 }, Date.UTC(2026, 0, day, hour, minute, 59, 999)).nanoUsd;
    expect([at(7, 0, 59), at(7, 1, 0), at(7, 3, 59), at(7, 4, 0)]).toEqual([
      1_000_000n,
      2_000_000n,
      2_000_000n,
      1_000_000n,
    ]);
    // The 4th of January 2026 is a Sunday.
    expect([at(4, 2, 0), at(5, 2, 0), at(9, 2, 0), at(10, 2, 0)]).toEqual([
      1_000_000n,
      2_000_000n,
      2_000_000n,
      1_000_000n,
    ]);
  });
});

describe('the worst case', () => {
  it('is never less than what a call within its bounds costs, whatever its classes and tiers', () => {
    const rate = fc.integer({ min: 0, max: 100 * USD });
    const some = fc.record({
      input: rate,
      cacheRead: rate,
      cacheWrite: rate,
      cacheWrite1h: rate,
      inputAudio: rate,
      output: rate,
      reasoning: rate,
    });
    const tier = fc.record({ service: fc.constantFrom('batch', 'flex'), rates: some });
    const longer = fc.record({ above: fc.nat(2000), rates: some });
    const price = fc.record({
      rates: some,
      tiers: fc.array(fc.oneof(tier, longer)),
      adjust: fc.array(fc.nat(3000), { maxLength: 2 }),
    });
    const usage = fc.record({
      input: fc.nat(1000),
      cacheRead: fc.nat(1000),
      cacheWrite: fc.nat(1000),
      cacheWrite1h: fc.nat(1000),
      inputAudio: fc.nat(1000),
      output: fc.nat(1000),
      reasoning: fc.nat(1000),
      serviceTier: fc.constantFrom('default', 'batch', 'flex'),
    });
    fc.assert(
      fc.property(price, usage, (given, used) => {
        const input = used.input + used.cacheRead + used.cacheWrite + used.cacheWrite1h + used.inputAudio;
        expect(worstCost(given, input, used.output + used.reasoning) >= cost(given, used).nanoUsd).toBe(true);
      }),
    );
  });

  it('is the dearest rate of what the call can consist of, rounded up', () => {
    const price: Price = {
      rates: { input: 2 * USD, inputAudio: 30 * USD, output: 8 * USD },
      tiers: [{ above: 100, rates: { input: 4 * USD } }],
    };
    expect(worstCost(price, 100, 10, ['input', 'output'])).toBe(280_000n);
    expect(worstCost(price, 101, 10, ['input', 'output'])).toBe(484_000n);
    expect(worstCost(price, 100, 10)).toBe(3_080_000n);
    expect(worstCost({ rates: { input: 1 } }, 1, 0)).toBe(1n);
  });
});
