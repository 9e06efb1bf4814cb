/** `npm run proof:simulation`: 1,000 instances and a million requests in all, and how long that takes; and what the strategies make of the same traffic. */
import { chart, compare, simulate } from '@postern/simulate';

const REQUESTS = 1_000_000;
const INSTANCES = 1_000;
const SERVICE = {
  firstToken: { lognormal: { median: 350, p95: 900 } },
  perToken: 10,
  faults: [{ kind: 'overloaded', share: 0.005 }],
};
const traffic = (requests, perSecond, more = {}) => ({
  arrivals: { requests, perSecond, model: 'm', output: { exponential: 200 } },
  services: { '*': SERVICE },
  ...more,
});
const config = (deployments, more = {}) => ({
  models: { m: { deployments: Array.from({ length: deployments }, (_, index) => `acme/model-${index}`), ...more } },
  providers: { acme: { format: 'openai-chat', baseUrl: 'https://acme.test/v1' } },
});

const short = process.argv.includes('--short');
const requests = short ? REQUESTS / 20 : REQUESTS;
timed(`${INSTANCES} deployments behind one gateway`, () => simulate(config(INSTANCES), traffic(requests, 2_000)));
timed(`${INSTANCES} gateways before ten deployments`, () =>
  simulate(config(10), traffic(requests, 2_000, { gateways: INSTANCES })),
);

const slow = { ...SERVICE, firstToken: { lognormal: { median: 3_500, p95: 9_000 } }, perToken: 100 };
const uneven = traffic(short ? 2_000 : 20_000, 20, { changes: [{ at: 60_000, services: { 'm#0': slow } }] });
const strategies = ['weighted', 'round-robin'];
const policies = Object.fromEntries(strategies.map((strategy) => [strategy, config(3, { strategy })]));
console.log(
  `\nOne of three deployments is ten times slower from the second minute on:\n\n${chart(compare(policies, uneven))}`,
);

function timed(what, run) {
  const begun = performance.now();
  const { extra, failing, requests: made, total } = run();
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const failed = (failing * 100).toFixed(3);
  console.log(
    `${what}: ${made} requests in ${seconds} s; ${failed} % failed, ${(extra * 100).toFixed(2)} % extra calls, p99 ${Math.round(total.p99)} ms`,
  );
}
