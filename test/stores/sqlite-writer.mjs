/**
 * A process that writes a SQLite store until it is killed: calls that are admitted, appended and settled. It says on stdout what it was
 * told: `g` granted, `a` appended, `s` settled, each with the number of the call. Arguments: file, number of the first call.
 */
import { writeSync } from 'node:fs';
import { sqliteStore } from '@postern/sqlite';

const NOW = 1_767_225_600_000;
const call = { now: NOW, deadline: NOW + 60_000 };
const limits = [{ id: 'budget', counts: 'nanoUsd', max: 1_000_000_000, window: 0 }];
const [file, first] = process.argv.slice(2);
const store = sqliteStore({ file, batchMs: 1 });
let next = Number(first);

for (let worker = 0; worker < 8; worker += 1) void work();

async function work() {
  for (;;) {
    const number = next++;
    const id = `call ${number}`;
    const scopes = [{ scope: 'user:ann', limits }];
    await store.limits.admit(
      { id, attempt: id, scopes, amounts: { nanoUsd: 400 }, expires: NOW + 60_000, onExpiry: 'doubt' },
      call,
    );
    say('g', number);
    const appended = store.ledger.append([recordOf(id)], call).then(() => say('a', number));
    const settled = store.limits.settle(id, { nanoUsd: 100 }, call).then(() => say('s', number));
    await Promise.all([appended, settled]);
  }
}

function say(what, number) {
  writeSync(1, `${what} ${number}\n`);
}

function recordOf(id) {
  return {
    attempt: id,
    request: id,
    startedAt: NOW,
    endedAt: NOW + 1,
    scopes: ['user:ann'],
    caller: 'ann',
    operation: 'chat',
    modelAsked: 'smart',
    modelServed: 'acme/big',
    provider: 'acme',
    deployment: 'smart#0',
    outcome: 'ok',
    usage: { input: 10, output: 5 },
    cost: '100',
  };
}
