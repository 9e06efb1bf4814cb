/**
 * One server under load, in a process of its own: `node bench/server.mjs HOST VARIANT UPSTREAM_ORIGIN`. It listens on a free loopback port, tells
 * its parent which, answers any message with its memory, and ends with its parent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configOf } from './config.mjs';
import { upstreamOf } from './hosts/upstream.mjs';

const [host, variant, origin] = process.argv.slice(2);
const { bare, bareOther, postern } = await import(`./hosts/${host}.mjs`);

const server = await (() => {
  if (variant === 'bare') return bare(upstreamOf(origin));
  if (variant === 'bareOther') return bareOther(upstreamOf(origin));
  return postern(configOf(variant, origin));
})();

process.on('message', async () => process.send({ memory: await settledMemory() }));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => process.send?.({ port: server.address().port }));

/** Twice, with a pause: what finalizers free, and pages that are given back in the background. */
async function settledMemory() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  for (let round = 0; round < 2; round += 1) {
    collect();
    await sleep(250);
  }
  return process.memoryUsage.rss();
}
