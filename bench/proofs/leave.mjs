/**
 * Clients that leave at random moments: `npm run proof:leave [-- --clients=10000] [-- --seed=1]`, after `npm run build`. On each mount, before the first byte, during
 * a stream, and during a call that is not streamed. How long a call ran on is by the provider's clock, which is this process's; the gateway has a process of its own.
 * Promised: 100 ms at the most. A machine that is busy with other things shows in the ticks that this loop had meanwhile, and in the delays of the gateway's own loop.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { serveSim } from '@postern/sim';
import { HOSTS, providersAt } from '../../test/soak/hosts.mjs';
import { randomFrom } from './kit/random.mjs';

const MOUNTS = ['Express', 'Koa', 'Fastify'];
/** By phase: what the model does, and whether the client waits for its first byte before its time runs. */
const PHASES = [
  { phase: 'before the first byte', models: ['slow', 'late-headers'], stream: true, reads: false },
  { phase: 'during a stream', models: ['text-2000-gap-10', 'stall'], stream: true, reads: true },
  { phase: 'during a whole call', models: ['slow', 'late-headers', 'stall'], stream: false, reads: false },
];
const AT_ONCE = 16;
/** A client stays so many ms at the most. */
const LONGEST_STAY = 60;
const PROMISED = 100;
const ON_ITS_WAY = 300;
const TOO_LATE = 10_000;
/** Ticks of this loop, one each 5 ms where it has a processor: a call that ran on while it had fewer did so for want of one. */
const FEW_TICKS = 12;
let ticks = 0;

if (process.argv[2] === 'gateway') await gateway(process.argv[3], process.argv[4]);
else await everything(new Map(process.argv.slice(2).map((arg) => arg.replace('--', '').split('='))));

async function everything(args) {
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  const random = randomFrom(Number(args.get('seed') ?? 1));
  const clients = Math.ceil(Number(args.get('clients') ?? 10_000) / (MOUNTS.length * PHASES.length));
  const endless = Number.POSITIVE_INFINITY;
  const calls = new Map();
  const sim = await serveSim({
    sizes: { stall: endless, slow: endless, lateHeaders: endless },
    now: () => performance.now(),
    keep: 1,
    fault: (call) => void calls.set(/@(c\d+)/.exec(call.model)?.[1], call),
  });
  const all = [];
  let number = 0;
  for (const mount of MOUNTS) {
    const child = fork(fileURLToPath(import.meta.url), ['gateway', mount, sim.url]);
    const { port } = await message(child);
    await warm(port);
    for (const { models, phase, reads, stream } of PHASES) {
      const left = [];
      const one = async () => {
        while (left.length < clients) {
          const place = left.push(undefined) - 1;
          const name = `c${++number}`;
          const model = `oa/sim@${name}-${models[place % models.length]}`;
          left[place] = await leave({ calls, model, name, port, reads, stay: random() * LONGEST_STAY, stream });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      all.push(...left);
      console.log(`${mount.padEnd(8)} ${phase.padEnd(22)} ${figures(left)}`);
    }
    child.send('end');
    const { cancelled, delay, ended, open } = await message(child);
    await new Promise((resolve) => child.once('exit', resolve));
    console.log(
      `${mount.padEnd(8)} settled ${ended}, ${cancelled} of them as cancelled, ${open} left open; the longest delay of its loop ${delay.toFixed(0)} ms`,
    );
    if (open > 0 || cancelled !== ended) process.exitCode = 1;
  }
  clearInterval(ticking);
  const open = sim.openCalls();
  await sim.close();
  const late = all.filter(({ ms }) => ms > PROMISED);
  if (open > 0 || late.some((one) => one.ticks >= FEW_TICKS)) process.exitCode = 1;
  console.log(`${all.length} clients left, ${open} calls left open: ${figures(all)}`);
}

/** What is loaded and compiled with the first requests is no part of the figures. */
async function warm(port) {
  for (let request = 0; request < 200; request++) {
    const body = JSON.stringify({
      model: 'oa/sim@warm-text-20',
      stream: request % 2 === 0,
      messages: [{ role: 'user', content: 'hello' }],
    });
    const headers = { 'content-type': 'application/json' };
    await (await fetch(`http://127.0.0.1:${port}/ai/v1/chat/completions`, { method: 'POST', headers, body })).text();
  }
}

/** `{ ms, ticks }` from the client's leaving to the end that the provider saw; `ms` is undefined where no call had come, and none came. */
async function leave({ calls, model, name, port, reads, stay, stream }) {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hello' }] });
  const socket = connect(port, '127.0.0.1');
  const begun = new Promise((resolve) => socket.once('data', resolve));
  socket.on('error', () => {});
  socket.write(
    `POST /ai/v1/chat/completions HTTP/1.1\r\nhost: proof\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  if (reads) await begun;
  await new Promise((resolve) => setTimeout(resolve, stay));
  const at = performance.now();
  socket.destroy();
  const before = ticks;
  // One that the gateway had sent when its client left may still be on its way.
  if (!calls.has(name)) await new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY));
  const call = calls.get(name);
  if (call === undefined) return { ms: undefined, ticks: 0 };
  const late = new Promise((resolve) => setTimeout(resolve, TOO_LATE).unref());
  const end = await Promise.race([call.ended, late]);
  calls.delete(name);
  if (end === undefined) return { ms: Number.POSITIVE_INFINITY, ticks: ticks - before };
  if (end !== 'cancelled') throw new Error(`the provider saw the end '${end}'`);
  return { ms: call.endedAt - at, ticks: ticks - before };
}

function figures(left) {
  const times = left.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).sort((a, b) => a - b);
  const at = (share) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN).toFixed(1);
  const late = left.filter(({ ms }) => ms > PROMISED);
  const idle = late.filter((one) => one.ticks < FEW_TICKS).length;
  const unasked = left.length - times.length;
  return (
    `upstream closed after ${at(0.5)} ms (median), ${at(0.99)} ms (p99), ${at(1)} ms (most); above ${PROMISED} ms: ${late.length} of ${times.length}` +
    `${late.length > 0 ? ` (${idle} of these with fewer than ${FEW_TICKS} ticks of the loop)` : ''}${unasked > 0 ? `; ${unasked} left before anybody was asked` : ''}`
  );
}

function message(child) {
  return new Promise((resolve) => child.once('message', resolve));
}

/** The gateway, in a process of its own. */
async function gateway(mount, upstream) {
  const host = await HOSTS[mount]({ access: 'open', providers: providersAt(upstream) });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let [ended, cancelled] = [0, 0];
  host.gateway.events.on('request-end', ({ model, outcome }) => {
    if (model.includes('@warm')) return;
    ended += 1;
    if (outcome === 'cancelled') cancelled += 1;
  });
  process.once('message', async () => {
    process.send({ cancelled, delay: loop.max / 1e6, ended, open: host.gateway.stats().open });
    await host.close();
    process.disconnect();
  });
  process.send({ port: Number(new URL(host.url).port) });
}
