import { describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

/** How many of so many attempts it lets pass, all at one moment. */
const taken = (budget: RetryBudget, wanted: number, now = 1_000_000) =>
  Array.from({ length: wanted }, () => budget.take(now)).filter((may) => may).length;

describe('RetryBudget', () => {
  it('lets an alias retry that nobody asked for before, ten times at one moment', () => {
    expect(taken(new RetryBudget(), 50)).toBe(10);
  });

  it('lets one attempt in five requests pass besides, when every request wants one', () => {
    const budget = new RetryBudget();
    let extra = 0;
    for (let request = 0; request < 10_000; request++) {
      budget.asked();
      if (budget.take(1_000_000)) extra++;
    }
    expect(extra).toBeGreaterThanOrEqual(1_999);
    expect(extra).toBeLessThanOrEqual(2_010);
  });

  it('saves up a hundred at most', () => {
    const budget = new RetryBudget();
    for (let request = 0; request < 100_000; request++) budget.asked();
    expect(taken(budget, 1_000)).toBe(110);
  });

  it('gives one more each second when it is used up', () => {
    const budget = new RetryBudget();
    expect(taken(budget, 50)).toBe(10);
    expect(taken(budget, 50, 1_000_999)).toBe(0);
    expect(taken(budget, 50, 1_003_100)).toBe(3);
  });

  it('lets each request have one when it is lifted to 1', () => {
    const budget = new RetryBudget();
    budget.share = 1;
    for (let request = 0; request < 1_000; request++) {
      budget.asked();
      expect(budget.take(0)).toBe(true);
    }
  });
});
