/**
 * What a plan costs by strategy: µs of CPU for `router.plan` with 10 and with 1,000 deployments, in a fleet that has seen traffic, three attempts a plan.
 * `node bench/own/routing.mjs [--check]`; with --check it fails above 10 µs and 40 µs.
 */
import { importSource } from '../../scripts/import-source.mjs';

const GOALS = { 10: 10, 1000: 40 };
const ROUNDS = 9;
const MS = 60;
const NOW = 1_000_000;

const [{ loadConfig }, { routerOf }, { Fleet }, { pricerOf }, { estimatorOf }] = await Promise.all(
  ['config/load.ts', 'router/build.ts', 'router/fleet.ts', 'cost/pricer.ts', 'cost/estimate.ts'].map(importSource),
);

const strategies = {
  weighted: 'weighted',
  'weighted by rpm': { name: 'weighted', by: 'rpm' },
  'round-robin': 'round-robin',
  'least-busy': 'least-busy',
  fastest: 'fastest',
  cheapest: 'cheapest',
  headroom: 'headroom',
  priority: 'priority',
  'sticky by session': { name: 'sticky', by: 'session' },
  'sticky by caller': { name: 'sticky', by: 'caller' },
};

function routerWith(strategy, count) {
  const deployments = Array.from({ length: count }, (_, index) => ({
    model: `a/m${index}`,
    weight: 1 + (index % 7),
    rpm: 100 + index,
    tpm: 100_000 + index,
    price: { perMillionTokens: { input: String(1 + (index % 13)), output: String(2 + (index % 11)) } },
  }));
  const settings = loadConfig(
    {
      access: 'open',
      providers: { a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', apiKey: 'k' } },
      models: { m: { deployments, strategy } },
      log: { warn() {}, error() {} },
    },
    { knownProvider: () => false },
  );
  const fleet = new Fleet();
  const router = routerOf(settings, 0, fleet, estimatorOf(pricerOf(settings)));
  router.deployments('m').forEach(({ health }, index) => {
    for (let call = 0; call < index % 5; call++) health.begin(NOW);
    health.spoke(100 + ((index * 37) % 400), NOW);
    if (index % 10 === 3) health.rest(NOW * 2);
  });
  return router;
}

/** The median of some rounds, in µs of CPU a plan. */
function cost(router) {
  let asked = 0;
  const plan = () => {
    asked++;
    return router.plan({
      model: 'm',
      caller: 'ann',
      tags: [],
      stream: true,
      input: 1_000 + (asked % 100),
      output: 0,
      session: Math.imul(asked, 0x9e3779b1),
      prompt: undefined,
      now: NOW + (asked % 1_000),
      seed: asked,
    });
  };
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const until = performance.now() + MS;
    let made = 0;
    while (performance.now() < until) for (let at = 0; at < 50; at++, made++) plan();
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / made);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}

let missed = 0;
for (const [name, strategy] of Object.entries(strategies)) {
  const figures = Object.entries(GOALS).map(([count, goal]) => {
    const found = cost(routerWith(strategy, Number(count)));
    if (found > goal) missed++;
    return `${found.toFixed(2).padStart(7)} µs with ${count}${found > goal ? ` (goal ${goal})` : ''}`;
  });
  console.log(`${name.padEnd(18)} ${figures.join('  ')}`);
}
console.log(`${missed} of ${2 * Object.keys(strategies).length} above their goal`);
if (process.argv.includes('--check') && missed > 0) process.exitCode = 1;
