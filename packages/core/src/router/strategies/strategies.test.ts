import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hashOf } from '../../kit/hash.ts';
import { seeded } from '../../kit/seeded.ts';
import { type Deployment, tiersOf } from '../deployment.ts';
import { Health } from '../health.ts';
import { Picking } from '../picking.ts';
import type { Alias } from '../plan.ts';
import type { Question } from '../question.ts';
import { cheapest } from './cheapest.ts';
import { custom } from './custom.ts';
import { fastest } from './fastest.ts';
import { headroom } from './headroom.ts';
import { leastBusy } from './least-busy.ts';
import { priority } from './priority.ts';
import { sticky } from './sticky.ts';
import type { Strategy } from './strategy.ts';
import { weighted } from './weighted.ts';

const question: Question = { model: 'm', caller: '', tags: [], stream: false, input: 100, output: 0, now: 0, seed: 1 };
const place = (id: string, more: Partial<Deployment> = {}) =>
  ({
    id,
    name: id,
    weight: 1,
    order: 0,
    rpm: 0,
    tpm: 0,
    hash: hashOf(id),
    health: new Health(),
    ...more,
  }) as Deployment;

/** Ids in the order in which they are picked for one question. */
function picks(
  strategy: Strategy,
  deployments: readonly Deployment[],
  asked: Partial<Question> = {},
  random = seeded(1),
) {
  const alias = { strategy, tiers: tiersOf(deployments) } as unknown as Alias;
  const picking = new Picking({ ...question, ...asked }, alias, 0, random);
  const order: string[] = [];
  for (let next = picking.next(); next !== undefined; next = picking.next()) order.push(next.id);
  return order;
}
const first = (...given: Parameters<typeof picks>): string | undefined => picks(...given)[0];

/** How often each is picked first. */
function shares(draws: number, pick: (random: () => number, draw: number) => string | undefined) {
  const random = seeded(7);
  const counted: Record<string, number> = {};
  for (let draw = 0; draw < draws; draw++) {
    const id = pick(random, draw) ?? '';
    counted[id] = (counted[id] ?? 0) + 1 / draws;
  }
  return counted;
}

const EACH: readonly Strategy[] = [
  weighted,
  leastBusy,
  fastest,
  cheapest,
  headroom,
  priority,
  sticky('caller', weighted),
  custom('mine', (candidates) => candidates.map(({ id }) => id), console),
];

describe.each(EACH)('$name', (strategy) => {
  it('picks each deployment once that does not rest, whatever their weights, and none that does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ weight: fc.double({ min: 0.001, max: 1000, noNaN: true }), rests: fc.boolean() }), {
          maxLength: 20,
        }),
        fc.integer(),
        fc.string(),
        (given, seed, caller) => {
          const all = given.map(({ weight }, index) => place(`d${index}`, { weight }));
          given.forEach(({ rests }, index) => {
            if (rests) all[index]?.health.rest(1_000);
          });
          const awake = all.filter((_, index) => given[index]?.rests === false).map(({ id }) => id);
          expect(picks(strategy, all, { caller }, seeded(seed)).sort()).toEqual(awake.sort());
        },
      ),
    );
  });
});

describe('least-busy', () => {
  it('picks the one with the fewest calls under way for its weight', () => {
    const [small, large] = [place('small'), place('large', { weight: 4 })];
    small.health.begin(0);
    for (let call = 0; call < 6; call++) large.health.begin(0);
    expect(first(leastBusy, [small, large])).toBe('large');
    large.health.begin(0);
    large.health.begin(0);
    expect(first(leastBusy, [small, large])).toBe('small');
  });

  it('draws among those that are equally busy, each as often', () => {
    const three = ['x', 'y', 'z'].map((id) => place(id));
    const busy = place('busy');
    busy.health.begin(0);
    const counted = shares(30_000, (random) => first(leastBusy, [busy, ...three], {}, random));
    for (const id of ['x', 'y', 'z']) expect(Math.abs((counted[id] ?? 0) - 1 / 3)).toBeLessThan(0.01);
    expect(counted['busy']).toBeUndefined();
  });
});

describe('cheapest', () => {
  const costing = (id: string, input: number, output: number) =>
    place(id, { costs: (tokens, answer) => input * tokens + output * answer });

  it('goes by what this request would cost: its prompt, and its bound on the answer', () => {
    const both = [costing('reads cheaply', 1, 10), costing('writes cheaply', 2, 5)];
    expect(first(cheapest, both, { input: 10_000, output: 100 })).toBe('reads cheaply');
    expect(first(cheapest, both, { input: 100, output: 10_000 })).toBe('writes cheaply');
    expect(first(cheapest, both, { input: 100, output: 0 })).toBe('writes cheaply');
  });

  it('puts what has no known price last', () => {
    expect(picks(cheapest, [place('unknown'), costing('dear', 9, 9)])).toEqual(['dear', 'unknown']);
  });
});

describe('headroom', () => {
  it('picks the one that has the greater part of its capacity left, by the limit that is nearer', () => {
    const [calls, tokens] = [place('calls', { rpm: 10, tpm: 1e9 }), place('tokens', { rpm: 1e9, tpm: 10_000 })];
    for (let call = 0; call < 4; call++) calls.health.begin(0);
    tokens.health.begin(0);
    tokens.health.end(undefined, false, 1, 4_800, 0, 0);
    expect(first(headroom, [calls, tokens])).toBe('tokens');
    expect(first(headroom, [calls, tokens], { input: 300 })).toBe('calls');
  });

  it('forgets what was used in a minute when the next one begins, though nobody called', () => {
    const [used, other] = [place('used', { rpm: 100 }), place('other', { rpm: 10 })];
    for (let call = 0; call < 50; call++) used.health.begin(59_999);
    expect(first(headroom, [used, other], { now: 59_999 })).toBe('other');
    expect(first(headroom, [used, other], { now: 60_000 })).toBe('used');
  });

  it('takes calls under way to use as much as this one, before anybody knows', () => {
    const [one, other] = [place('one', { tpm: 1000 }), place('other', { tpm: 900 })];
    one.health.begin(0);
    expect(first(headroom, [one, other], { input: 10 })).toBe('other');
  });
});

describe('priority', () => {
  it('keeps the order of the list, and goes on behind one that rests', () => {
    const three = ['x', 'y', 'z'].map((id) => place(id));
    expect(picks(priority, three)).toEqual(['x', 'y', 'z']);
    three[0]?.health.rest(1_000);
    expect(picks(priority, three)).toEqual(['y', 'z']);
  });
});

describe('fastest', () => {
  const heard = (id: string, after: number) => {
    const one = place(id);
    one.health.spoke(after, 0);
    return one;
  };

  it('shares by weight between two that are equally fast', () => {
    const both = [place('light'), place('heavy', { weight: 3 })];
    const { heavy = 0 } = shares(4_000, (random) => first(fastest, both, {}, random));
    expect(Math.abs(heavy - 0.75)).toBeLessThan(0.03);
  });

  it('picks the faster one to the first content for streams, and per token otherwise', () => {
    const [speaks, writes] = [heard('speaks', 100), heard('writes', 900)];
    speaks.health.end(undefined, false, 5_000, 0, 100, 0);
    writes.health.end(undefined, false, 1_000, 0, 100, 0);
    speaks.health.open = 0;
    writes.health.open = 0;
    expect(first(fastest, [speaks, writes], { stream: true })).toBe('speaks');
    expect(first(fastest, [speaks, writes], { stream: false })).toBe('writes');
  });

  it('tries one that nobody knows by one call, and by no second before that has spoken', () => {
    const [known, fresh] = [heard('known', 100), place('fresh')];
    expect(first(fastest, [known, fresh], { stream: true })).toBe('fresh');
    fresh.health.begin(0);
    expect(first(fastest, [known, fresh], { stream: true })).toBe('known');
  });

  it('tries a slow one again after a while, by one call', () => {
    const [quick, slow] = [heard('quick', 100), heard('slow', 1_000)];
    const at = (now: number) => {
      quick.health.spoke(100, now);
      return first(fastest, [quick, slow], { stream: true, now });
    };
    expect(at(10_000)).toBe('quick');
    expect(at(60_000)).toBe('slow');
    slow.health.begin(60_000);
    expect(at(60_000)).toBe('quick');
  });

  it('counts the calls under way', () => {
    const [quick, slow] = [heard('quick', 100), heard('slow', 250)];
    for (let call = 0; call < 4; call++) quick.health.begin(0);
    expect(first(fastest, [quick, slow], { stream: true })).toBe('slow');
  });
});

describe('sticky', () => {
  const fleet = (count: number) => Array.from({ length: count }, (_, index) => place(`d${index}`));
  const at = (all: readonly Deployment[], session: number) => first(sticky('session', weighted), all, { session });

  it('keeps all keys where they are but those of the one that leaves, and brings these back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.nat(),
        fc.uniqueArray(fc.integer(), { minLength: 50 }),
        (n, out, keys) => {
          const all = fleet(n);
          const left = all.filter((_, index) => index !== out % n);
          for (const key of keys) {
            const before = at(all, key);
            if (before !== `d${out % n}`) expect(at(left, key)).toBe(before);
          }
          all[out % n]?.health.rest(1_000);
          for (const key of keys) expect(at(all, key)).toBe(at(left, key));
        },
      ),
    );
  });

  it('moves no more than its share when one of n leaves', () => {
    const all = fleet(8);
    const moved = shares(80_000, (_, key) => (at(all, hashOf(`s${key}`)) === 'd3' ? 'moved' : 'stays'));
    expect(moved['stays']).toBeGreaterThan(1 - 1 / 8 - 0.005);
  });

  it('spreads keys by weight', () => {
    const three = [place('x', { weight: 6 }), place('y', { weight: 3 }), place('z', { weight: 1 })];
    const counted = shares(100_000, (_, key) => at(three, key));
    for (const { id, weight } of three) expect(Math.abs((counted[id] ?? 0) - weight / 10)).toBeLessThan(0.01);
  });

  it('goes by the other strategy for what has nothing to stick by', () => {
    const three = fleet(3);
    for (const by of ['session', 'caller', 'prompt'] as const) expect(first(sticky(by, priority), three)).toBe('d0');
  });

  it('keeps a caller, and a prompt, in one place whatever is drawn', () => {
    const ten = fleet(10);
    for (const [by, asked] of [
      ['caller', { caller: 'ann' }],
      ['prompt', { prompt: 0 }],
    ] as const) {
      const places = [1, 2, 3, 4, 5].map((seed) => first(sticky(by, weighted), ten, asked, seeded(seed)));
      expect(new Set(places).size).toBe(1);
    }
  });
});

describe('a strategy of the host', () => {
  const both = () => [place('x'), place('y', { weight: 3, rpm: 5 })];

  it('picks what it names first, of what is left', () => {
    const seen: string[][] = [];
    const mine = custom(
      'mine',
      (candidates) => {
        seen.push(candidates.map(({ id }) => id));
        return ['y', 'x'].filter((id) => candidates.some((one) => one.id === id));
      },
      console,
    );
    expect(picks(mine, both())).toEqual(['y', 'x']);
    expect(seen).toEqual([['x', 'y'], ['x']]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      'broken',
    ],
    ['names nobody', () => [], 'named no candidate'],
    ['names another', () => ['z'], 'named no candidate'],
    ['gives a promise', () => Promise.resolve(['x']) as unknown as string[], 'named no candidate'],
  ])('that %s is replaced by weight, with one warning a minute', (_, pick, says) => {
    const warn = vi.fn();
    const mine = custom('mine', pick, { warn });
    const counted = shares(20_000, (random) => first(mine, both(), { now: 5 }, random));
    expect(Math.abs((counted['y'] ?? 0) - 0.75)).toBeLessThan(0.02);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.any(String), {
      strategy: 'mine',
      cause: expect.stringContaining(says) as string,
    });
    first(mine, both(), { now: 60_005 });
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
