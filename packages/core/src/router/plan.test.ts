import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../kit/seeded.ts';
import { type Deployment, tiersOf } from './deployment.ts';
import { Health } from './health.ts';
import type { Alias } from './plan.ts';
import { planFor as planOf } from './planner.ts';
import type { Question } from './question.ts';
import { roundRobin } from './strategies/round-robin.ts';
import { weighted } from './strategies/weighted.ts';

const deployment = (id: string, weight = 1, order = 0) =>
  ({ id, weight, order, health: new Health() }) as unknown as Deployment;
const alias = (
  name: string,
  deployments: readonly Deployment[],
  retries = 0,
  fallbacks: readonly string[] = [],
): Alias => ({
  name,
  deployments,
  tiers: tiersOf(deployments),
  strategy: weighted,
  retries,
  fallbacks: { any: fallbacks },
  onBudget: 'refuse',
  total: 1000,
  timers: () => ({ firstToken: 1, idle: 1 }),
});
const ids = (plan: ReturnType<typeof planFor>) => plan.map((planned) => planned.deployment.id);

const question: Question = { model: '', caller: '', tags: [], stream: false, input: 0, output: 0, now: 0, seed: 0 };
const planFor = (
  one: Alias,
  aliases: ReadonlyMap<string, Alias>,
  cap: number,
  random: () => number,
  asked: Partial<Question> = {},
  turn = 0,
) => planOf(one, { ...question, ...asked }, { aliases, cap, turn: () => turn }, random);

describe('planFor', () => {
  it('asks a lone deployment once and then as often as there are retries', () => {
    const plan = planFor(alias('a', [deployment('d')], 2), new Map(), 6, () => 0.5);
    expect(plan.map(({ deployment: { id }, reason }) => [id, reason])).toEqual([
      ['d', 'weighted'],
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

  it('goes where that is which the request names, be it the last of all', () => {
    const all = ['w', 'x', 'y', 'z'].map((id) => ({ ...deployment(id), target: {} }) as unknown as Deployment);
    for (let seed = 0; seed < 20; seed++)
      expect(ids(planFor(alias('a', all, 1), new Map(), 6, seeded(seed), { places: ['z'] }))).toEqual(['z', 'z']);
  });

  it('puts the fallbacks behind, in their order, and says so', () => {
    const aliases = new Map([
      ['b', alias('b', [deployment('db')])],
      ['c', alias('c', [deployment('dc')])],
    ]);
    const plan = planFor(alias('a', [deployment('da')], 0, ['c', 'b']), aliases, 6, () => 0.5);
    expect(plan.map(({ deployment: { id }, reason }) => [id, reason])).toEqual([
      ['da', 'weighted'],
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

describe('weighted', () => {
  it('draws first picks in proportion to weight, within one percent over 100,000 draws', () => {
    const random = seeded(42);
    const both = alias('a', [deployment('heavy', 9), deployment('light', 1)]);
    let heavy = 0;
    for (let draw = 0; draw < 100_000; draw++)
      if (planFor(both, new Map(), 1, random)[0]?.deployment.id === 'heavy') heavy++;
    expect(Math.abs(heavy / 100_000 - 0.9)).toBeLessThan(0.01);
  });
});

describe('round-robin', () => {
  it('begins one further each time, and goes round for the attempts behind', () => {
    const three = {
      ...alias(
        'a',
        ['x', 'y', 'z'].map((id) => deployment(id)),
        2,
      ),
      strategy: roundRobin,
    };
    const begun = [0, 1, 2, 3].map((turn) => ids(planFor(three, new Map(), 6, () => 0, {}, turn)).join(''));
    expect(begun).toEqual(['xyz', 'yzx', 'zxy', 'xyz']);
  });
});

describe('a deployment that rests', () => {
  const resting = (id: string, until: number) => {
    const one = deployment(id);
    one.health.rest(until);
    return one;
  };

  it('is in no plan while another one can be asked, and is again when its rest is over', () => {
    const both = alias('a', [resting('tired', 5_000), deployment('fresh')], 3);
    expect(new Set(ids(planFor(both, new Map(), 6, seeded(1), { now: 4_999 })))).toEqual(new Set(['fresh']));
    expect(new Set(ids(planFor(both, new Map(), 6, seeded(1), { now: 5_000 })))).toEqual(new Set(['tired', 'fresh']));
  });

  it('leaves the place to the fallbacks', () => {
    const aliases = new Map([['b', alias('b', [deployment('db')])]]);
    const plan = planFor(alias('a', [resting('tired', 5_000)], 2, ['b']), aliases, 6, () => 0);
    expect(ids(plan)).toEqual(['db']);
  });

  it('is tried once a second where all of them rest, the first to be back before the others', () => {
    const all = alias('a', [resting('long', 60_000), resting('short', 5_000)], 2);
    const at = (now: number) => ids(planFor(all, new Map(), 6, () => 0, { now }));
    expect(at(2_000)).toEqual(['short']);
    all.deployments[1]?.health.begin(2_000);
    expect(at(2_001)).toEqual(['long']);
    all.deployments[0]?.health.begin(2_001);
    expect(at(2_002)).toEqual([]);
  });
});
