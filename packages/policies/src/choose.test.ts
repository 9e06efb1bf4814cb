import type { PolicyCandidate, PolicyPlace } from '@postern/core';
import { seeded } from '@postern/core/routing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyOptions, Rule } from './options.ts';
import { policy } from './policy.ts';
import { UNSEEN, type View } from './view.ts';

const place = (id: string, more: Partial<PolicyPlace> = {}): PolicyPlace => ({
  id,
  model: `p/${id}`,
  provider: 'p',
  region: undefined,
  cost: 1_000_000,
  latency: 500,
  open: 0,
  usable: true,
  ...more,
});
const candidate = (name: string, more: Partial<PolicyPlace> = {}): PolicyCandidate => ({
  name,
  places: [place(`${name}#0`, more)],
});

const SMALL = candidate('small', { cost: 200_000, latency: 900 });
const MIDDLE = candidate('middle', { cost: 2_000_000, latency: 300, region: 'eu' });
const BIG = candidate('big', { cost: 20_000_000, latency: 2_000, provider: 'q' });
const ALL = [BIG, SMALL, MIDDLE];
const TIERS = { small: 1, middle: 2, big: 4 };

const chosen = (
  options: Partial<PolicyOptions>,
  view: Partial<View> = {},
  candidates: readonly PolicyCandidate[] = ALL,
  seed = 1,
) =>
  policy({ among: ['small', 'middle', 'big'], tiers: TIERS, rules: [], ...options }).choose(
    { ...UNSEEN, ...view },
    candidates,
    seeded(seed),
  );
const names = (...given: Parameters<typeof chosen>): readonly string[] =>
  chosen(...given).order.map(({ name }) => name);

describe('an objective', () => {
  it('orders all that may be asked: the cheapest, the fastest, the best first', () => {
    expect(names({})).toEqual(['small', 'middle', 'big']);
    expect(names({ objective: 'fastest' })).toEqual(['middle', 'small', 'big']);
    expect(names({ objective: 'best' })).toEqual(['big', 'middle', 'small']);
  });

  it('takes what has no price for the dearest', () => {
    expect(names({}, {}, [candidate('small', { cost: undefined }), BIG])).toEqual(['big', 'small']);
  });

  it('has what nothing was seen of tried by one call, and others wait for what comes of it', () => {
    const unknown = (open: number) => candidate('big', { latency: 0, open });
    expect(names({ objective: 'fastest' }, {}, [SMALL, unknown(0)])).toEqual(['big', 'small']);
    expect(names({ objective: 'fastest' }, {}, [SMALL, unknown(1)])).toEqual(['small', 'big']);
  });

  it('asks what rests last, and does not forget it', () => {
    expect(names({}, {}, [candidate('small', { usable: false }), BIG])).toEqual(['big', 'small']);
  });

  it('takes an alias for as dear and as good as the worst of its deployments', () => {
    const mixed = { name: 'small', places: [place('small#0', { cost: 1 }), place('small#1', { cost: 3_000_000 })] };
    expect(names({}, {}, [mixed, MIDDLE])).toEqual(['middle', 'small']);
    const tiers = { 'p/small#0': 4, 'p/small#1': 1, middle: 2 };
    expect(names({ objective: 'best', tiers }, {}, [mixed, MIDDLE])).toEqual(['middle', 'small']);
  });

  it('says why each stands where it stands', () => {
    expect(chosen({}, { task: 'math' }).order[0]?.reason).toBe('cheapest for math, tier 1, $0.0002, 900 ms');
  });
});

describe('a constraint', () => {
  it.each<[Partial<PolicyOptions>, readonly string[]]>([
    [{ maxCost: '0.002' }, ['small', 'middle']],
    [{ maxLatency: '1s' }, ['small', 'middle']],
    [{ maxLatency: 300 }, ['middle']],
    [{ minTier: 2 }, ['middle', 'big']],
    [{ regions: ['eu'] }, ['middle']],
    [{ providers: ['q'] }, ['big']],
  ])('%j leaves %j', (options, left) => {
    expect(names(options)).toEqual(left);
  });

  it('takes single deployments of an alias away', () => {
    const mixed = { name: 'small', places: [place('small#0', { region: 'eu' }), place('small#1', { region: 'us' })] };
    const { order, out } = chosen({ regions: ['us'] }, {}, [mixed]);
    expect(order).toMatchObject([{ name: 'small', places: ['small#1'] }]);
    expect([...(out?.() ?? [])]).toEqual([['small#0', 'regions: is in eu']]);
  });

  it('that nothing meets is named, the one that most of them miss first, and how near they came', () => {
    expect(chosen({ maxCost: '0.0001', minTier: 2 })).toMatchObject({
      order: [],
      unmet: {
        constraint: 'maxCost',
        says: 'meets maxCost $0.0001 (the least is about $0.002) and minTier 2 (the highest is 1)',
      },
    });
    expect(chosen({ maxCost: '1' }, {}, [candidate('big', { cost: undefined })]).unmet?.says).toContain(
      'no price is known',
    );
  });

  it('of a request is met besides those of the policy, and never loosens them', () => {
    expect(names({ minTier: 2 }, { bounds: { minTier: 1 } })).toEqual(['middle', 'big']);
    expect(names({ minTier: 2 }, { bounds: { minTier: 3 } })).toEqual(['big']);
    expect(names({ maxCost: '0.002' }, { bounds: { maxCost: 1e9 } })).toEqual(['small', 'middle']);
    expect(names({ maxLatency: '1s' }, { bounds: { maxLatency: 400 } })).toEqual(['middle']);
  });

  it('is never broken, whatever is asked, seen and learnt', () => {
    const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
    const region = fc.constantFrom('eu', 'us');
    const anyPlace = fc.record({
      provider: fc.constantFrom('p', 'q'),
      region: some(region),
      cost: some(fc.integer({ min: 1, max: 10_000_000 })),
      latency: fc.integer({ min: 0, max: 5_000 }),
      open: fc.integer({ min: 0, max: 2 }),
      usable: fc.boolean(),
    });
    const constraints = fc.record(
      {
        maxCost: fc.integer({ min: 1, max: 9_999_999 }).map((nano) => `0.${String(nano).padStart(9, '0')}`),
        maxLatency: fc.integer({ min: 1, max: 5_000 }),
        minTier: fc.integer({ min: 1, max: 4 }),
        regions: fc.constant(['eu']),
        providers: fc.constant(['q']),
        objective: fc.constantFrom('cheapest' as const, 'fastest' as const, 'best' as const),
      },
      { requiredKeys: [] },
    );
    const aliases = ['small', 'middle', 'big'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.array(anyPlace, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
        constraints,
        fc.boolean(),
        fc.integer(),
        (lists, given, bandit, seed) => {
          const candidates = lists.map((list, index) => {
            const name = aliases[index] ?? 'small';
            return { name, places: list.map((one, at) => ({ ...one, id: `${name}#${at}`, model: `p/${name}` })) };
          });
          const { objective, ...own } = given;
          const options = bandit ? { ...own, bandit } : { ...own, ...(objective && { objective }) };
          const { order, unmet } = chosen(options, bandit ? { learnt: { small: [3, 1] } } : {}, candidates, seed);
          const kept = new Map(order.map(({ name, places }) => [name, places]));
          let met = 0;
          for (const { name, places } of candidates)
            for (const one of places) {
              const fits =
                (own.maxCost === undefined || (one.cost ?? Number.POSITIVE_INFINITY) <= Number(own.maxCost.slice(2))) &&
                (own.maxLatency === undefined || one.latency <= own.maxLatency) &&
                (own.minTier === undefined || TIERS[name] >= own.minTier) &&
                (own.regions === undefined || one.region === 'eu') &&
                (own.providers === undefined || one.provider === 'q');
              if (fits) met++;
              expect(kept.get(name)?.includes(one.id) === true).toBe(fits);
            }
          expect(unmet === undefined).toBe(met > 0);
        },
      ),
      { numRuns: 2_000, seed: 7 },
    );
  });
});

describe('a rule', () => {
  const rules: readonly Rule[] = [
    { when: { task: ['code', 'math'], language: 'en' }, objective: 'best' },
    { when: { images: true }, among: ['middle'] },
    { when: { minLength: 1_000, maxLength: 2_000 }, minTier: 2 },
    { when: { tools: true, json: false }, objective: 'fastest' },
    { when: { reasoning: 2 }, maxCost: '0.002', objective: 'best' },
    { when: { tag: 'paid' }, minTier: 4 },
  ];

  it.each<[Partial<View>, string]>([
    [{ task: 'code', language: 'en' }, 'big'],
    [{ task: 'code', language: 'de' }, 'small'],
    [{ images: 1 }, 'middle'],
    [{ length: 1_500 }, 'middle'],
    [{ length: 2_500 }, 'small'],
    [{ tools: 3 }, 'middle'],
    [{ tools: 3, json: true }, 'small'],
    [{ reasoning: 3 }, 'middle'],
    [{ tags: ['paid'] }, 'big'],
    [{ tags: ['free'] }, 'small'],
  ])('is for %j', (view, first) => {
    expect(names({ rules }, view)[0]).toBe(first);
  });

  it('says in its reasons that it was one, and of others that they are not for it', () => {
    const { order, out } = chosen({ rules }, { images: 1 });
    expect(order[0]?.reason).toContain('rule 1');
    expect(out?.().get('big#0')).toBe('is not for rule 1');
  });

  it('whose aliases the caller may not use is named in the refusal', () => {
    expect(chosen({ rules }, { images: 1 }, [SMALL, BIG]).unmet).toMatchObject({ constraint: 'among' });
  });

  it('by default gives code, mathematics and what asks for much thought to the best', () => {
    const auto = (view: Partial<View>) =>
      policy({ among: ['small', 'big'], tiers: TIERS }).choose({ ...UNSEEN, ...view }, ALL, seeded(1)).order[0]?.name;
    expect(
      [{ task: 'code' }, { task: 'math' }, { reasoning: 2 as const }, { reasoning: 1 as const }, {}].map(auto),
    ).toEqual(['big', 'big', 'big', 'small', 'small']);
  });
});

describe('a bandit', () => {
  it('asks the better one more and more, and goes on to try the other', () => {
    const learning = policy({ among: ['small', 'big'], bandit: true });
    const quality = { small: 0.3, big: 0.7 };
    const random = seeded(5);
    const asked: string[] = [];
    for (let request = 0; request < 2_000; request++) {
      const view: View = { ...UNSEEN, task: 'code', learnt: learning.save()['code'] ?? {} };
      const first = learning.choose(view, [SMALL, BIG], seeded(request)).order[0]?.name as keyof typeof quality;
      asked.push(first);
      learning.learn?.({ task: 'code', alias: first, measures: { score: random() < quality[first] ? 1 : 0 } });
    }
    const share = (of: readonly string[]): number => of.filter((name) => name === 'big').length / of.length;
    expect(share(asked.slice(0, 20))).toBeLessThan(0.95);
    expect(share(asked.slice(-1_000))).toBeGreaterThan(0.95);
    expect(asked.slice(100).includes('small')).toBe(true);
  });

  it('notices within a few hundred answers that the better one has become the worse', () => {
    const learning = policy({ among: ['small', 'big'], bandit: true });
    for (let answer = 0; answer < 5_000; answer++)
      learning.learn?.({ task: 'chat', alias: 'big', measures: { score: 1 } });
    for (let answer = 0; answer < 1_000; answer++)
      learning.learn?.({ task: 'chat', alias: 'big', measures: { score: 0 } });
    const [good = 0, bad = 0] = learning.save()['chat']?.['big'] ?? [];
    expect(good + bad).toBeCloseTo(500, 0);
    expect(good / (good + bad)).toBeLessThan(0.2);
  });

  it('learns each task by itself, and can be saved and loaded', () => {
    const one = policy({ among: ['small', 'big'], bandit: true });
    for (let answer = 0; answer < 50; answer++) {
      one.learn?.({ task: 'code', alias: 'big', measures: { score: 1 } });
      one.learn?.({ task: 'code', alias: 'small', measures: { score: 0 } });
    }
    const other = policy({ among: ['small', 'big'], bandit: { learnt: JSON.parse(JSON.stringify(one.save())) } });
    expect(other.save()).toEqual({ code: { big: [50, 0], small: [0, 50] } });
    const first = (task: string, seed: number) =>
      other.choose({ ...UNSEEN, task, learnt: other.save()[task] ?? {} } as View, [SMALL, BIG], seeded(seed)).order[0]
        ?.name;
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    expect(seeds.every((seed) => first('code', seed) === 'big')).toBe(true);
    expect(new Set(seeds.map((seed) => first('chat', seed))).size).toBe(2);
    other.load({});
    expect(other.save()).toEqual({});
  });

  it('counts what is no score from 0 to 1 for nothing, unless a reward of yours says what it is worth', () => {
    const plain = policy({ among: ['small'], bandit: true });
    for (const measures of [{ score: 5 }, { score: Number.NaN }, { stars: 1 }])
      plain.learn?.({ task: 'chat', alias: 'small', measures });
    expect(plain.save()['chat']).toBeUndefined();
    const stars = policy({ among: ['small'], bandit: { reward: ({ stars: given = 0 }) => given / 5 } });
    stars.learn?.({ task: 'chat', alias: 'small', measures: { stars: 4 } });
    expect(stars.save()['chat']?.['small']).toEqual([0.8, 0.2]);
  });

  it('tells of its draw', () => {
    expect(chosen({ bandit: true }, { learnt: {} }).order[0]?.reason).toMatch(/^drew 0\.\d{3} for chat/);
  });
});
