/**
 * Failover: two providers, and one that breaks in the middle of it all. No request fails; the broken one is left alone after a few calls, tried again from time to
 * time, and used again when it is back.
 *
 *   node examples/failover/main.mjs
 */
import { createGateway } from '@postern/core';
import { serveSim } from '@postern/sim';

let broken = false;
const first = await serveSim({ fault: () => (broken ? 'e503' : undefined) });
const second = await serveSim();

const gateway = createGateway({
  access: 'open',
  providers: {
    first: { format: 'openai-chat', baseUrl: `${first.url}/v1`, apiKey: 'any' },
    second: { format: 'openai-chat', baseUrl: `${second.url}/v1`, apiKey: 'any' },
  },
  models: {
    steady: {
      deployments: [
        { model: 'first/sim-text-12' },
        { model: 'second/sim-text-12', order: 1 }, // asked when that of a lower order fails or rests
      ],
      retries: 1,
    },
  },
  breaker: { inARow: 3, rest: '300ms', longestRest: '300ms' }, // so that nobody waits long here; without it, 5 and 5s
  expose: 'all', // the reply says who answered
  log: { warn() {}, error: console.error },
});
const calling = { caller: { id: 'demo' } };
const body = { model: 'steady', messages: [{ role: 'user', content: 'Hello' }] };

/** Asks so many times, one after the other, and says who answered, and how many calls the first one got. */
async function phase(title, times) {
  const before = first.calls.length;
  const answered = { first: 0, second: 0, nobody: 0 };
  for (let time = 0; time < times; time++) {
    const { status, headers } = await gateway.call('openai-chat', body, calling);
    const by = headers['x-postern-deployment'] === 'steady#0' ? 'first' : 'second';
    answered[status === 200 ? by : 'nobody']++;
  }
  const { first: one, second: two, nobody } = answered;
  console.log(
    `${title}: first ${one}, second ${two}, unanswered ${nobody}; the first was called ${first.calls.length - before} times`,
  );
}

await phase('all is well', 20);

broken = true;
await phase('the first breaks', 20);

// Why not the first? Nothing is called for this.
const { candidates, plan } = await gateway.explain(body, calling);
for (const { deployment, out } of candidates)
  console.log(`  ${deployment}: ${out?.replace(/\d+ ms/, 'some ms') ?? 'may be asked'}`);
console.log(`  plan: ${plan.map(({ deployment, reason }) => `${deployment} (${reason})`).join(', ')}`);

broken = false;
await new Promise((resolve) => setTimeout(resolve, 400)); // as long as it rests
await phase('the first is back', 20);

await gateway.close();
await first.close();
await second.close();
