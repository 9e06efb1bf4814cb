import { describe, expect, it } from 'vitest';
import { checked } from './options.ts';
import { sliceSize } from './size.ts';

const policy = { horizonMs: 2_000, share: 0.1, minRequests: 4 };
const busy = { asked: 1_000, net: 600, ask: 10, left: 1_000_000, remainingMs: 60_000 };

describe('the size of a slice', () => {
  it('is what a horizon needs, without what comes back unused', () => {
    expect(sliceSize(busy, policy)).toBe(600);
  });

  it('is at most a share of what is left', () => {
    expect(sliceSize({ ...busy, left: 5_000 }, policy)).toBe(500);
  });

  it('is nothing where it would serve too few requests, because little is left or little is asked for', () => {
    expect(sliceSize({ ...busy, left: 399 }, policy)).toBe(0);
    expect(sliceSize({ ...busy, asked: 39 }, policy)).toBe(0);
    expect(sliceSize({ ...busy, left: -5 }, policy)).toBe(0);
  });

  it('serves the fewest requests at least where nearly all comes back', () => {
    expect(sliceSize({ ...busy, net: 0 }, policy)).toBe(40);
  });

  it('is less before the end of a window, and in the end nothing, since it is lost with the window', () => {
    expect(sliceSize({ ...busy, remainingMs: 1_000 }, policy)).toBe(300);
    expect(sliceSize({ ...busy, remainingMs: 10 }, policy)).toBe(0);
    expect(sliceSize({ ...busy, remainingMs: -10 }, policy)).toBe(0);
  });

  it('follows demand alone where nothing is refused', () => {
    expect(sliceSize({ ...busy, left: Number.POSITIVE_INFINITY, remainingMs: Number.POSITIVE_INFINITY }, policy)).toBe(
      600,
    );
  });
});

describe('options', () => {
  it.each([
    { share: 0 },
    { share: 1.1 },
    { share: Number.NaN },
    { horizonMs: 0 },
    { horizonMs: 0.5 },
    { minRequests: 0 },
    { ttlMs: 10 },
    { capacity: 0 },
    { refusalMs: -1 },
  ])('refuse %o', (options) => {
    expect(() => checked(options)).toThrow(RangeError);
  });

  it('name each process by itself', () => {
    expect(checked({}).instance).not.toBe(checked({}).instance);
  });
});
