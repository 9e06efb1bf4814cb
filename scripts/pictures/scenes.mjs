/** What each picture of docs/routing shows: a policy, and what it meets. */

const SECONDS = 120;
/** When a simulation begins. */
const START = '2026-01-01T00:00:00Z';
const providers = { acme: { format: 'openai-chat', baseUrl: 'https://acme.test/v1' } };

const even = { firstToken: { lognormal: { median: 300, p95: 600 } }, perToken: 8 };
const slower = (times) => ({
  firstToken: { lognormal: { median: 300 * times, p95: 600 * times } },
  perToken: 8 * times,
});
const down = { ...even, faults: [{ kind: 'unavailable', share: 1 }] };

/** Short rests, so that what is back is soon seen. */
const breaker = { longestRest: '10s' };
const alias = (deployments, more = {}) => ({ providers, breaker, models: { m: { deployments, retries: 2, ...more } } });
const three = ['acme/a', 'acme/b', 'acme/c'];
const traffic = (services, more = {}, arrivals = {}) => ({
  arrivals: { requests: SECONDS * 40, perSecond: 40, model: 'm', output: { exponential: 150 }, ...arrivals },
  services: { '*': even, ...services },
  ...more,
});
/** Something is different between two moments. */
const between = (from, until, services, back = { '*': even }) => ({
  changes: [
    { at: from * 1_000, services: { ...back, ...services } },
    { at: until * 1_000, services: back },
  ],
});
const abc = { 'm#0': 'a', 'm#1': 'b', 'm#2': 'c' };
const scene = (title, policy, met, more = {}) => ({
  title,
  policy,
  traffic: met,
  seconds: SECONDS,
  names: abc,
  ...more,
});
const fault = (what) => [
  { at: 40, what },
  { at: 80, what: 'it is over' },
];

/** Of the calls of callers who called before: how many went where their last one did. */
function stayed(calls) {
  const last = new Map();
  let [all, same] = [0, 0];
  for (const { caller, deployment } of [...calls].sort((left, right) => left.at - right.at)) {
    if (last.has(caller)) {
      all++;
      if (last.get(caller) === deployment) same++;
    }
    last.set(caller, deployment);
  }
  return `${Math.round((100 * same) / all)} % where their caller was before`;
}

export const SCENES = {
  weighted: scene(
    'weighted: 6, 3 and 1; what rests gives its share to the others',
    alias([
      { model: 'acme/a', weight: 6 },
      { model: 'acme/b', weight: 3 },
      { model: 'acme/c', weight: 1 },
    ]),
    traffic({}, between(40, 80, { 'm#1': down })),
    { names: { 'm#0': 'a, weight 6', 'm#1': 'b, weight 3', 'm#2': 'c, weight 1' }, marks: fault('b fails') },
  ),
  'round-robin': scene(
    'round-robin: one after the other, exactly',
    alias(three, { strategy: 'round-robin' }),
    traffic({}),
  ),
  'least-busy': scene(
    'least-busy: one that takes five times as long is given less, since its calls pile up',
    alias(three, { strategy: 'least-busy' }),
    traffic({}, between(40, 80, { 'm#2': slower(5) })),
    { marks: fault('c is 5 times slower') },
  ),
  fastest: scene(
    'fastest: one that turns ten times as slow is known at once, and tried now and then',
    alias(three, { strategy: 'fastest' }),
    traffic({}, between(40, 80, { 'm#0': slower(10) })),
    { marks: fault('a is 10 times slower') },
  ),
  cheapest: scene(
    'cheapest: the least money, as long as it can be asked',
    {
      ...alias(three, { strategy: 'cheapest' }),
      prices: {
        'acme/a': { perMillionTokens: { input: '1', output: '4' } },
        'acme/b': { perMillionTokens: { input: '2', output: '8' } },
        'acme/c': { perMillionTokens: { input: '3', output: '15' } },
      },
    },
    traffic({}, between(40, 80, { 'm#0': down })),
    {
      names: { 'm#0': 'a, $1 and $4', 'm#1': 'b, $2 and $8', 'm#2': 'c, $3 and $15 per million tokens' },
      marks: fault('a fails'),
      says: (_, { usd }) => `$${usd.toFixed(2)}`,
    },
  ),
  headroom: scene(
    'headroom: the most of its requests a minute left',
    alias(
      [
        { model: 'acme/a', rpm: 1_800 },
        { model: 'acme/b', rpm: 900 },
        { model: 'acme/c', rpm: 300 },
      ],
      { strategy: 'headroom' },
    ),
    traffic({}),
    { names: { 'm#0': 'a, 1,800 rpm', 'm#1': 'b, 900 rpm', 'm#2': 'c, 300 rpm' } },
  ),
  priority: scene(
    'priority: the first of the list that can be asked',
    alias(three, { strategy: 'priority' }),
    traffic(
      {},
      {
        changes: [
          { at: 30_000, services: { '*': even, 'm#0': down } },
          { at: 60_000, services: { '*': even, 'm#0': down, 'm#1': down } },
          { at: 90_000, services: { '*': even } },
        ],
      },
    ),
    {
      marks: [
        { at: 30, what: 'a fails' },
        { at: 60, what: 'b as well' },
        { at: 90, what: 'both are back' },
      ],
    },
  ),
  sticky: scene(
    'sticky: each caller at one place; those of one that rests are spread, and come back',
    alias(three, { strategy: { name: 'sticky', by: 'caller' } }),
    traffic({}, between(40, 80, { 'm#1': down })),
    { marks: fault('b fails'), says: stayed },
  ),
  order: scene(
    'order: one that is asked only while the others rest, whatever the strategy',
    alias(['acme/a', 'acme/b', { model: 'acme/c', order: 1 }]),
    traffic({}, between(40, 80, { 'm#0': down, 'm#1': down })),
    { names: { 'm#0': 'a', 'm#1': 'b', 'm#2': 'c, order 1' }, marks: fault('a and b fail') },
  ),
  split: scene(
    'split: 30 % of the requests to another alias, which falls back to this one',
    {
      providers,
      breaker,
      models: {
        m: { deployments: ['acme/a'], split: { to: [{ model: 'n', percent: 30 }] } },
        n: { deployments: ['acme/b'] },
      },
    },
    traffic({}, between(40, 80, { 'n#0': down })),
    { names: { 'm#0': 'a', 'n#0': 'b, 30 percent' }, marks: fault('b fails') },
  ),
  'gray-release': scene(
    'gray release: from 1 % to 100 % of the callers',
    { providers, models: released() },
    traffic({}),
    { names: { 'm#0': 'the old version', 'n#0': 'the new version' } },
  ),
  rollback: scene(
    'gray release of a version that fails one call in five: it ends',
    { providers, models: released(), breaker: false },
    traffic({ 'n#0': { ...even, faults: [{ kind: 'unavailable', share: 0.2 }] } }),
    { names: { 'm#0': 'the old version', 'n#0': 'the new version' } },
  ),
};

function released() {
  return {
    m: { deployments: ['acme/a'], split: { to: 'n', from: 1, until: 100, over: '100s', starts: START } },
    n: { deployments: ['acme/b'], retries: 0 },
  };
}
