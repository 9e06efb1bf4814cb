/**
 * The store in PostgreSQL: records appended per second, and admit + settle per second of one process, over `scopes` callers that share nothing
 * (each with a user of its own) and over one that all share. Needs a server: `node bench/stores/postgres.mjs postgres://user@127.0.0.1:5432/db`.
 */
import { postgresStore } from '../../packages/postgres/dist/index.js';

const [url, seconds = '5'] = process.argv.slice(2);
if (url === undefined) throw new Error('Give the address of a PostgreSQL: postgres://user@127.0.0.1:5432/db');

const schema = `bench_${process.pid}`;
const store = await postgresStore({ connectionString: url, schema, pool: { max: 10 } });
const call = () => ({ now: Date.now(), deadline: Date.now() + 10_000 });

await ledger(500);
await ledger(1_000);
await limits('users apart', 10, (worker) => `user:${worker}`);
await limits('users apart', 64, (worker) => `user:${worker}`);
await limits('one team', 10, () => 'team:one');
await limits('one team', 64, () => 'team:one');
await shared();
console.log(`drop it: DROP SCHEMA ${schema} CASCADE`);
await store.close();

async function ledger(batch) {
  let count = 0;
  const rate = await during(2, async (worker, round) => {
    const records = Array.from({ length: batch }, (_, index) => record(`${batch}-${worker}-${round}-${index}`));
    await store.ledger.append(records, call());
    count += batch;
  });
  console.log(`ledger, batches of ${batch}: ${Math.round(count / rate.seconds)} rows/s`);
}

async function limits(title, workers, scopeOf) {
  const latencies = [];
  const limit = (id, counts, window) => ({ id, counts, max: 10 ** 15, window });
  const rules = [
    limit('rpm', 'requests', 60_000),
    limit('tpm', 'tokens', 60_000),
    limit('budget', 'nanoUsd', 2_592_000_000),
  ];
  const atOnce = limit('at-once', 'concurrency', 0);
  const { rounds, seconds } = await during(workers, async (worker, round) => {
    const id = `${title}-${workers}-${worker}-${round}`;
    const scopes = [
      { scope: `key:${worker}`, limits: [...rules, atOnce] },
      { scope: scopeOf(worker), limits: rules },
    ];
    const amounts = { requests: 1, tokens: 1_000, nanoUsd: 5_000_000, concurrency: 1 };
    const begin = performance.now();
    await store.limits.admit({ id, scopes, amounts, expires: Date.now() + 600_000, onExpiry: 'doubt' }, call());
    latencies.push(performance.now() - begin);
    await store.limits.settle(id, { requests: 1, tokens: 300, nanoUsd: 1_000_000 }, call());
  });
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(1);
  console.log(
    `7 limits, ${title}, ${workers} at once: ${Math.round(rounds / seconds)} admit+settle/s, admit p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}

async function shared() {
  const map = store.shared('nonces', 1_000_000);
  const value = new Uint8Array(16);
  const { rounds, seconds } = await during(10, (worker, round) => map.add(`${worker}-${round}`, value, 60_000, call()));
  console.log(`shared map: ${Math.round(rounds / seconds)} adds/s into one map`);
}

async function during(workers, work) {
  const begin = performance.now();
  const end = begin + Number(seconds) * 1_000;
  let rounds = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let round = 0; performance.now() < end; round++) {
        await work(worker, round);
        rounds += 1;
      }
    }),
  );
  return { rounds, seconds: (performance.now() - begin) / 1_000 };
}

function record(attempt) {
  const now = Date.now();
  return {
    attempt,
    request: `request-${attempt}`,
    startedAt: now - 1_000,
    endedAt: now,
    firstTokenAt: now - 500,
    scopes: ['key:psk_0123456789', 'user:ann', 'team:a'],
    caller: 'ann',
    operation: 'chat',
    modelAsked: 'smart',
    modelServed: 'acme/big',
    provider: 'acme',
    deployment: 'smart#0',
    outcome: 'ok',
    status: 200,
    usage: { input: 1_000, cachedInput: 200, output: 300, reasoning: 50 },
    cost: '1234567',
  };
}
