/**
 * An answer whose headers come after 301 real seconds, past the 300 s that HTTP clients wait by default: `node test/soak/late-headers.mjs`,
 * after `npm run build`. Takes five minutes; all mounts wait at the same time.
 */
import { serveSim } from '@postern/sim';
import { request } from 'undici';
import { HOSTS, providersAt } from './hosts.mjs';

const sim = await serveSim({ sizes: { lateHeaders: Number(process.argv[2] ?? 301_000) } });
const models = { m: { deployments: ['oa/sim+late-headers'], retries: 0, timeouts: { firstToken: '6m' } } };
// The wait of the simulated provider keeps no process alive, and neither does a gateway's.
const alive = setInterval(() => {}, 10_000);
const results = await Promise.all(
  Object.entries(HOSTS).map(async ([name, start]) => {
    const host = await start({ access: 'open', providers: providersAt(sim.url), models });
    const outcomes = await Promise.all([false, true].map((stream) => ask(host.url, stream)));
    await host.close();
    return outcomes.map((outcome, streamed) => `${name}, ${streamed ? 'streamed' : 'whole'}: ${outcome}`);
  }),
);
clearInterval(alive);
console.log(results.flat().join('\n'));
await sim.close();
process.exitCode = results.flat().every((line) => line.includes(': 200')) ? 0 : 1;

async function ask(url, stream) {
  const started = Date.now();
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'hello' }] });
  const headers = { 'content-type': 'application/json' };
  const answer = await request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const text = await answer.body.text();
  const whole = stream ? text.trimEnd().endsWith('data: [DONE]') : text.includes('"finish_reason"');
  return `${answer.statusCode}${whole ? '' : ' but not whole'} after ${((Date.now() - started) / 1000).toFixed(1)} s`;
}
