/**
 * What it costs to know a caller by a key that is known: reading the text, its checksum, the hash, the comparison. `node bench/own/keys.mjs [keys]`.
 * Beside it: the hash alone, and what the key adds to a request for the list of models, which is the least that a request can be.
 */
import { randomBytes } from 'node:crypto';
import { createGateway, keyCallers, makeKey, memoryStore, parseKey, secretHash } from '@postern/core';

const COUNT = Number(process.argv[2] ?? 1_000);
const ROUNDS = 9;
const CALLS = 20_000;
const randomId = (bytes) => randomBytes(bytes).toString('hex');
const audit = { at: 0, by: 'bench', action: 'bench' };
const call = { now: 0, deadline: 60_000 };
const store = memoryStore();
const keys = [];
await store.entities.put('team', 'red', { createdAt: 0 }, undefined, audit, call);
for (let made = 0; made < COUNT; made++) {
  const { id, key, hash } = makeKey(randomId);
  keys.push(key);
  await store.entities.put('key', id, { createdAt: 0, hash, team: 'red' }, undefined, audit, call);
}
const secrets = keys.map((key) => parseKey(key).secret);

const gatewayBy = (access) =>
  createGateway({
    access,
    store,
    log: { warn() {}, error() {} },
    providers: { a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', auth: 'none' } },
    models: { m: 'a/m' },
  });
const byKeys = gatewayBy({ keys: {} });
const open = gatewayBy('open');
const signal = { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} };
const query = new URLSearchParams();
const requestOf = (key) => ({
  method: 'GET',
  path: '/v1/models',
  query,
  header: (name) => (name === 'authorization' ? key : undefined),
  body: () => Promise.reject(new Error('none')),
  signal,
  host: undefined,
});
const requests = keys.map((key) => requestOf(`Bearer ${key}`));
for (const request of requests) {
  const { status } = await byKeys.handle(request);
  if (status !== 200) throw new Error(`a key is refused with ${status}`);
}

/** The median of some rounds, in µs of CPU a call. */
async function cost(work) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let at = 0; at < CALLS; at++) {
      const doing = work(at % COUNT);
      if (doing !== undefined) await doing;
    }
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / CALLS);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}
const hashed = await cost((at) => void secretHash(secrets[at]));
const parsed = await cost((at) => void secretHash(parseKey(keys[at]).secret));
const ring = keyCallers(store.entities, { now: () => 0 });
for (const key of keys) await ring.callerOf(key);
const known = await cost((at) => void ring.callerOf(keys[at]));
const free = await cost((at) => open.handle(requests[at]));
const keyed = await cost((at) => byKeys.handle(requests[at]));
console.log(
  `${COUNT} keys: hash ${hashed.toFixed(2)} µs, text and hash ${parsed.toFixed(2)} µs, its caller, who is known ${known.toFixed(2)} µs`,
);
console.log(
  `a request: open ${free.toFixed(2)} µs, with a key ${keyed.toFixed(2)} µs, so the key costs ${(keyed - free).toFixed(2)} µs`,
);
await byKeys.close();
await open.close();
