import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alias, type Deployment, planFor, shuffled } from './plan.ts';

const deployment = (id: string, weight = 1, order = 0) => ({ id, weight, order }) as Deployment;
const alias = (
  name: string,
  deployments: readonly Deployment[],
  retries = 0,
  fallbacks: readonly string[] = [],
): Alias => ({
  name,
  deployments,
  retries,
  fallbacks,
  onBudget: 'refuse',
  total: 1000,
  timers: () => ({ firstToken: 1, idle: 1 }),
});
const ids = (plan: ReturnType<typeof planFor>) => plan.map((planned) => planned.deployment.id);

/** A small seeded generator (mulberry32), so that a draw is the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('planFor', () => {
  it('asks a lone deployment once and then as often as there are retries', () => {
    const plan = planFor(alias('a', [deployment('d')], 2), new Map(), 6, () => 0.5);
    expect(plan.map(({ deployment: { id }, reason }) => [id, reason])).toEqual([
      ['d', 'first pick'],
      ['d', 'retry 1'],
      ['d', 'retry 2'],
    ]);
  });

  it('goes through all deployments before it asks one twice', () => {
    const plan = planFor(alias('a', [deployment('x'), deployment('y'), deployment('z')], 3), new Map(), 6, seeded(1));
    expect(new Set(ids(plan).slice(0, 3))).toEqual(new Set(['x', 'y', 'z']));
    expect(ids(plan)[3]).toBe(ids(plan)[0]);
  });

  it('keeps lower orders before higher ones, whatever their weights', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const plan = planFor(
          alias('a', [deployment('late', 1000, 1), deployment('early', 0.001, 0)], 1),
          new Map(),
          6,
          seeded(seed),
        );
        expect(ids(plan)).toEqual(['early', 'late']);
      }),
    );
  });

  it('puts the fallbacks behind, in their order, and says so', () => {
    const aliases = new Map([
      ['b', alias('b', [deployment('db')])],
      ['c', alias('c', [deployment('dc')])],
    ]);
    const plan = planFor(alias('a', [deployment('da')], 0, ['c', 'b']), aliases, 6, () => 0.5);
    expect(plan.map(({ deployment: { id }, reason }) => [id, reason])).toEqual([
      ['da', 'first pick'],
      ['dc', 'fallback c'],
      ['db', 'fallback b'],
    ]);
  });

  it('cuts retries before it cuts another model, and never the first pick', () => {
    const aliases = new Map([['b', alias('b', [deployment('db')], 5)]]);
    const plan = planFor(alias('a', [deployment('da')], 5, ['b']), aliases, 3, () => 0.5);
    expect(plan).toHaveLength(3);
    expect(ids(plan)[0]).toBe('da');
    expect(ids(plan)).toContain('db');
  });
});

describe('shuffled', () => {
  it('draws first picks in proportion to weight, within one percent over 100,000 draws', () => {
    const random = seeded(42);
    const deployments = [deployment('heavy', 9), deployment('light', 1)];
    let heavy = 0;
    for (let draw = 0; draw < 100_000; draw++) if (shuffled(deployments, random)[0]?.id === 'heavy') heavy++;
    expect(Math.abs(heavy / 100_000 - 0.9)).toBeLessThan(0.01);
  });
});
