/**
 * A load generator on raw sockets. Stands in for the Go program where that can't be built, with the flags of it that the bench uses:
 * closed loop (`-c`), a fixed number (`-n`), open loop (`-rate`, latency from the intended start), `-once -ramp` for many open streams.
 * Prints one line of JSON; with `-pid` also the CPU and the memory of that process tree. Loopback only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, memoryOf, treeOf } from './accounting.mjs';
import { Connection } from './connection.mjs';
import { millisecondsOf, readFlags } from './flags.mjs';
import { requestOf } from './request.mjs';

const flags = readFlags(process.argv.slice(2), {
  url: '',
  model: 'fake',
  c: 16,
  d: '5s',
  warm: '1s',
  n: 0,
  rate: 0,
  ramp: '0s',
  msgs: 3,
  bytes: 300,
  pid: 0,
  once: false,
  stream: false,
  usage: false,
  anthropic: false,
});
const url = new URL(flags.url);
if (url.hostname !== '127.0.0.1') throw new Error(`loopback only, not ${flags.url}`);

const request = requestOf(url, flags);
const total = { ok: 0, bad: 0, no_done: 0, events: 0 };
const latencies = [];
const firsts = [];
let counting = false;
let stopped = false;
let started = 0;
let firstError;

await run();

async function run() {
  const [warm, time] = [flags.once ? 0 : millisecondsOf(flags.warm), millisecondsOf(flags.d)];
  const tree = flags.pid > 0 ? treeOf(flags.pid) : [];
  const before = memoryOf(tree);
  const due = flags.rate > 0 ? ticks(warm + time) : undefined;
  counting = warm === 0;
  const [cpu, begin] = [cpuOf(tree), performance.now()];
  const connections = Array.from({ length: flags.c }, () => new Connection(Number(url.port), request));
  const workers = Promise.all(connections.map((connection, index) => work(connection, index, due)));
  const measured =
    warm === 0 ? { cpu, begin } : await sleep(warm).then(() => ({ cpu: cpuOf(tree), begin: performance.now() }));
  counting = true;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(tree));
  }, 250);
  const limit = new AbortController();
  await Promise.race([sleep(time, undefined, { signal: limit.signal }), ...(flags.n > 0 ? [workers] : [])]);
  const used = { cpu: cpuOf(tree) - measured.cpu, seconds: (performance.now() - measured.begin) / 1000 };
  clearInterval(watch);
  limit.abort();
  stopped = true;
  await Promise.race([workers, sleep(20_000, undefined, { ref: false })]);
  for (const connection of connections) connection.close();
  report(used, before, peak);
}

/** What one connection does: requests until the time or the number is over. */
async function work(connection, index, due) {
  if (flags.once) await sleep((millisecondsOf(flags.ramp) * index) / flags.c);
  while (!stopped) {
    if (flags.n > 0 && started++ >= flags.n) return;
    const start = due === undefined ? performance.now() : await due();
    if (start === undefined) return;
    await one(connection, start, counting);
    if (flags.once) return;
  }
}

async function one(connection, start, counts) {
  try {
    const answer = await connection.send();
    if (!counts || (stopped && flags.rate === 0 && !flags.once)) return;
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    total.ok += 1;
    total.events += answer.events;
    if (flags.stream && !answer.done) total.no_done += 1;
    latencies.push((answer.last - start) * 1000);
    firsts.push((answer.first - start) * 1000);
  } catch (error) {
    if (stopped || !counts) return;
    total.bad += 1;
    firstError ??= error.message;
    await sleep(5);
  }
}

/** Open loop: gives each worker the time at which its next request was due, undefined after the end. */
function ticks(length) {
  const begin = performance.now();
  let given = 0;
  return async () => {
    const due = begin + (given++ * 1000) / flags.rate;
    if (due > begin + length) return undefined;
    const left = due - performance.now();
    if (left > 0) await sleep(left);
    return due;
  };
}

function report({ cpu, seconds }, before, peak) {
  const line = { ...total, secs: round(seconds), rps: round(total.ok / seconds), ...percentiles('p', latencies) };
  if (flags.stream)
    Object.assign(line, percentiles('ttfb', firsts), { ev_req: round(total.events / Math.max(1, total.ok)) });
  if (flags.pid > 0) {
    Object.assign(line, { cpu_us_req: round(cpu / Math.max(1, total.ok)), cpu_pct: round(cpu / seconds / 10_000) });
    Object.assign(line, { rss0: round(before), rss_peak: round(peak) });
  }
  console.log(JSON.stringify(firstError === undefined ? line : { ...line, err: firstError }));
}

function percentiles(name, values) {
  values.sort((a, b) => a - b);
  const at = (part) => round(values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? 0);
  return { [`${name}50`]: at(0.5), [`${name}95`]: at(0.95), [`${name}99`]: at(0.99) };
}

function round(number) {
  return Math.round(number * 10) / 10;
}
