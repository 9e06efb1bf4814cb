import { describe, expect, it } from 'vitest';
import { usedIn } from './used.ts';

describe('what attempts used', () => {
  it('is the sum of all of them, failed ones too', () => {
    expect(
      usedIn([{ usage: { input: 3, cacheRead: 2 }, cost: '10' }, { cost: '0' }, { usage: { output: 4 }, cost: '5' }]),
    ).toEqual({ requests: 1, tokens: 9, inputTokens: 5, outputTokens: 4, nanoUsd: 15 });
  });

  it('is money to the last nano-dollar, where adding numbers would lose some', () => {
    // 2⁵³ − 1 in three parts, two of them halves that a number can't tell from their neighbours once they are added up.
    const parts = [{ cost: '4503599627370495' }, { cost: '4503599627370495' }, { cost: '1' }];
    expect(usedIn(parts).nanoUsd).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('stays within what a store counts, however much it is', () => {
    const all = usedIn([
      { usage: { input: Number.MAX_SAFE_INTEGER, output: Number.MAX_SAFE_INTEGER }, cost: '99999999999999999999' },
      { cost: '1' },
    ]);
    for (const amount of Object.values(all)) expect(Number.isSafeInteger(amount)).toBe(true);
    expect(all.nanoUsd).toBe(Number.MAX_SAFE_INTEGER);
  });
});
