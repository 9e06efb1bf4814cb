/**
 * A gray release: a new version gets 1 % of the callers at first and all of them after an hour, unless it does worse than the old one. Version 2 is good; version
 * 3 fails one request in three, and is rolled back. The hour passes at once here: the gateway's clock is moved by hand.
 *
 *   node examples/gray-release/main.mjs
 */
import { createGateway } from '@postern/core';
import { manualClock } from '@postern/core/testing';
import { serveSim } from '@postern/sim';

const versions = {
  v1: await serveSim(),
  v2: await serveSim(),
  v3: await serveSim({ fault: ({ number }) => (number % 3 === 0 ? 'e500' : undefined) }),
};
const clock = manualClock();
const providers = Object.fromEntries(
  Object.entries(versions).map(([id, { url }]) => [id, { format: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'any' }]),
);

/** The declarative part: `assistant` is served by one version, and goes over to the other. */
const release = (from, to) => ({
  providers,
  models: {
    assistant: {
      deployments: [`${from}/sim-text-3`],
      // Who is in it stays in it. A share that fails goes back to the old version, so that no caller sees the faults.
      split: { to: 'next', from: 1, until: 100, over: '1h', by: 'caller', rollback: { errors: 0.05 } },
    },
    next: { deployments: [`${to}/sim-text-3`], retries: 0 },
  },
  breaker: false, // else a version that fails often is left alone before anybody judges it
  retry: { budget: 1 },
});

const gateway = createGateway({
  access: { identify: (request) => ({ id: request.header('x-user') ?? '' }) },
  ...release('v1', 'v2'),
  platform: { clock },
  log: { warn() {}, error() {} },
});
gateway.events.on('rolled-back', ({ to, why, errors, before }) => {
  console.log(
    `  rolled back: ${to}, by ${why}: ${percent(errors)} of its calls failed, and ${percent(before)} of the old one's`,
  );
});

const percent = (share) => `${Math.round(share * 100)} %`;
let users = 0;

/** An hour of requests, a hundred each ten minutes, and the share of the new version. */
async function hour(title, to) {
  console.log(title);
  for (let minute = 0; minute <= 60; minute += 10) {
    const before = versions[to].calls.length;
    let unanswered = 0;
    for (let request = 0; request < 100; request++) {
      const { status } = await gateway.call(
        'openai-chat',
        { model: 'assistant', messages: [{ role: 'user', content: 'Hello' }] },
        { caller: { id: `user-${users++ % 400}` } },
      );
      if (status !== 200) unanswered++;
    }
    const share = (versions[to].calls.length - before) / 100;
    console.log(
      `  after ${String(minute).padStart(2)} min: ${to} ${bar(share)} ${percent(share)}, unanswered ${unanswered}`,
    );
    await clock.advance(600_000);
  }
}
const bar = (share) => '█'.repeat(Math.round(share * 20)).padEnd(20, '·');

await hour('v1 → v2', 'v2');
gateway.reload(release('v2', 'v3'));
await hour('v2 → v3', 'v3');

await gateway.close();
for (const sim of Object.values(versions)) await sim.close();
