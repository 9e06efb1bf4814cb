/**
 * What the SQLite store costs: rows of the ledger a second, CPU of an admission with its settlement (beside the same with the memory store),
 * and how long the event loop is held up at 2,000 requests a second. `node bench/own/sqlite.mjs [folder] [normal|full]`; the folder decides the disk.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryStore } from '@postern/core';
import { sqliteStore } from '@postern/sqlite';

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'postern-bench-'));
const synchronous = process.argv[3] ?? 'normal';
const T = Date.UTC(2026, 0, 1);
const call = { now: T, deadline: T + 60_000 };
const day = 86_400_000;
const limits = [
  { id: 'rpm', counts: 'requests', max: 1e9, window: 60_000 },
  { id: 'budget', counts: 'nanoUsd', max: 1e15, window: day },
];
/** Calls at a time: those that share a transaction. */
const PARALLEL = 16;

const scopesOf = (number) => [
  { scope: `key:${number % 500}`, limits },
  { scope: `user:${number % 100}`, limits },
  { scope: `team:${number % 10}`, limits },
];
const record = (number) => ({
  attempt: `attempt-${number}-${Math.random().toString(36).slice(2)}`,
  request: `request-${number}-${Math.random().toString(36).slice(2)}`,
  startedAt: T + number,
  endedAt: T + number + 800,
  firstTokenAt: T + number + 200,
  scopes: [`key:${number % 500}`, `user:${number % 100}`, `team:${number % 10}`],
  caller: `user-${number % 100}`,
  operation: 'chat',
  modelAsked: 'smart',
  modelServed: 'acme/big',
  provider: 'acme',
  deployment: 'smart#0',
  outcome: 'ok',
  status: 200,
  usage: { input: 1200, cachedInput: 800, output: 350 },
  cost: '4250000',
});

let opened = 0;
function open() {
  opened += 1;
  return sqliteStore({ file: join(folder, `${opened}.db`), synchronous });
}
const cpu = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

async function inParallel(count, work, parallel = PARALLEL) {
  let next = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

async function ledger(rows) {
  const store = open();
  const [begin, used] = [performance.now(), process.cpuUsage()];
  await inParallel(rows / 50, (number) =>
    store.ledger.append(
      Array.from({ length: 50 }, (_, index) => record(number * 50 + index)),
      call,
    ),
  );
  const seconds = (performance.now() - begin) / 1_000;
  const perRow = cpu(used) / rows;
  await store.close();
  const bytes = statSync(join(folder, `${opened}.db`)).size / rows;
  console.log(
    `ledger: ${Math.round(rows / seconds)} rows/s, ${perRow.toFixed(1)} µs CPU and ${Math.round(bytes)} bytes a row (${rows} rows)`,
  );
}

async function admitAndSettle(name, store, onExpiry, count, parallel = PARALLEL) {
  const one = async (number) => {
    const id = `${name} ${number}`;
    await store.limits.admit(
      { id, scopes: scopesOf(number), amounts: { requests: 1, nanoUsd: 9_000_000 }, expires: T + day, onExpiry },
      call,
    );
    await new Promise(setImmediate);
    await store.limits.settle(id, { requests: 1, nanoUsd: 4_250_000 }, call);
  };
  await inParallel(5_000, (number) => one(-1 - number), parallel);
  const used = process.cpuUsage();
  await inParallel(count, one, parallel);
  console.log(
    `admit + settle, ${name}: ${(cpu(used) / count).toFixed(1)} µs CPU (3 scopes, 6 limits, ${parallel} at a time)`,
  );
  await store.close();
}

/** Whole requests at an even rate: admitted, 50 ms later settled and in the ledger. */
async function atRate(onExpiry, rate, seconds) {
  const store = open();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const count = rate * seconds;
  const done = [];
  let [number, admitted] = [0, 0];
  const request = async (index) => {
    const id = `rate ${index}`;
    await store.limits.admit(
      { id, scopes: scopesOf(index), amounts: { requests: 1, nanoUsd: 9_000_000 }, expires: T + day, onExpiry },
      call,
    );
    admitted += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([
      store.ledger.append([record(index)], call),
      store.limits.settle(id, { requests: 1, nanoUsd: 4_250_000 }, call),
    ]);
  };
  delay.enable();
  const [begin, used] = [performance.now(), process.cpuUsage()];
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - begin) / 1_000) * rate));
      while (number < due) done.push(request(number++));
      if (number === count) resolve(clearInterval(timer));
    }, 1);
  });
  await Promise.all(done);
  delay.disable();
  const ms = (nano) => (nano / 1e6).toFixed(2);
  console.log(
    `${rate} requests/s for ${seconds} s, ${onExpiry}: event loop delay p50 ${ms(delay.percentile(50))} ms, p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms (sampled every 1 ms); ` +
      `${(cpu(used) / count).toFixed(1)} µs CPU a request, load included; ${admitted} admitted in ${((performance.now() - begin) / 1_000).toFixed(1)} s`,
  );
  await store.close();
}

console.log(`synchronous = ${synchronous}, in ${folder}`);
await ledger(50_000);
await admitAndSettle('memory', memoryStore(), 'doubt', 30_000);
await admitAndSettle('sqlite, spend', open(), 'spend', 30_000);
await admitAndSettle('sqlite, doubt', open(), 'doubt', 30_000);
await admitAndSettle('sqlite, doubt', open(), 'doubt', 30_000, 64);
await atRate('spend', 2_000, 5);
await atRate('doubt', 2_000, 5);
rmSync(folder, { recursive: true });
