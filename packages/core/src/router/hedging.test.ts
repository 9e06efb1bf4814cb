import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment } from './deployment.ts';
import { Health } from './health.ts';
import { HedgeBudget, type Hedging, patienceWith, sizeOf } from './hedging.ts';

const budgetOf = (share: number): HedgeBudget => {
  const budget = new HedgeBudget();
  budget.share = share;
  return budget;
};
const hedging = (after: Hedging['after'], priced = true): Hedging => ({ after, priced, budget: budgetOf(0.02) });

describe('HedgeBudget', () => {
  it('never gives more than its share of what was asked for, whatever the requests cost and however many want a hedge', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.array(fc.nat(1_000_000)), (share, costs) => {
        const budget = budgetOf(share);
        let asked = 0;
        let taken = 0;
        for (const cost of costs) {
          budget.asked(cost);
          asked += cost;
          if (budget.take(cost)) taken += cost;
          expect(taken).toBeLessThanOrEqual(share * asked * (1 + 1e-9));
        }
      }),
    );
  });

  it('has room for two of a hundred equal requests by 0.02, and for one that was not made after all', () => {
    const budget = budgetOf(0.02);
    const taken = Array.from({ length: 100 }, () => {
      budget.asked(7);
      return budget.take(7);
    });
    expect(taken.filter((may) => may)).toHaveLength(2);
    budget.giveBack(7);
    expect(budget.take(7)).toBe(true);
  });

  it('saves up no more than ten, however long nobody was slow', () => {
    const budget = budgetOf(0.5);
    for (let request = 0; request < 10_000; request++) budget.asked(3);
    expect(Array.from({ length: 100 }, () => budget.take(3)).filter((may) => may)).toHaveLength(10);
  });
});

describe('the patience with a deployment', () => {
  it('is what most of its streams, or of its whole answers, took lately, and endless while too little is known', () => {
    const health = new Health();
    health.keepQuantiles();
    expect(patienceWith(hedging('p95'), health, true)).toBeUndefined();
    for (let call = 0; call < 50; call++) {
      health.begin(call);
      health.spoke(300, call);
      health.end(undefined, false, 3_000, 1, 1, call);
    }
    const [stream = 0, whole = 0] = [true, false].map((one) => patienceWith(hedging('p95'), health, one));
    expect(Math.abs(stream / 300 - 1)).toBeLessThan(0.24);
    expect(Math.abs(whole / 3_000 - 1)).toBeLessThan(0.24);
    expect(patienceWith(hedging(800), health, true)).toBe(800);
  });

  it('grows with what was given up as too slow, so that one that has become slow is not given up for ever', () => {
    const health = new Health();
    health.keepQuantiles();
    for (let call = 0; call < 30; call++) health.spoke(300, call);
    for (let call = 0; call < 30; call++) health.silent(4_000, true, 100 + call);
    expect(health.firstToken).toBe(4_000);
    expect(patienceWith(hedging('p95'), health, true)).toBeGreaterThan(3_000);
    const before = health.p95;
    for (let call = 0; call < 100; call++) health.silent(10, true, 200 + call);
    expect(health.p95).toBe(before);
  });
});

describe('what a hedge counts', () => {
  const place = (costs: Deployment['costs']) => ({ costs }) as Deployment;
  it('is its cost where all has a price, one where not, and more than there is where its own is not known', () => {
    const dear = place((input, output) => input + 10 * output);
    expect(sizeOf(hedging('p95'), dear, 100, 20, 0)).toBe(300);
    expect(sizeOf(hedging('p95', false), dear, 100, 20, 0)).toBe(1);
    expect(sizeOf(hedging('p95'), place(undefined), 100, 20, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
