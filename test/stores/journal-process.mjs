/**
 * A gateway over a SQLite store, with a journal. `away`: its store answers nothing of limits and ledger, requests are served without it, and each is told
 * on stdout as it ends, until the process is killed. `back`: the store is there; what waits in the journal is told to it, and how many are left is said.
 * Arguments: file of the store, file of the journal, away or back.
 */
import { writeSync } from 'node:fs';
import { createGateway } from '@postern/core';
import { simDispatcher } from '@postern/sim';
import { sqliteJournal, sqliteStore } from '@postern/sqlite';

const [file, journalFile, mode] = process.argv.slice(2);
const inner = sqliteStore({ file });
const journal = sqliteJournal({ file: journalFile });
const gone = () => Promise.reject(new Error('ECONNREFUSED'));
const away = (part) => new Proxy(part, { get: () => gone });
const store = mode === 'back' ? inner : { ...inner, limits: away(inner.limits), ledger: away(inner.ledger) };
const gateway = createGateway({
  access: { identify: () => ({ id: 'ann' }) },
  providers: {
    acme: { format: 'openai-chat', baseUrl: 'https://acme.test/v1', apiKey: 'k', auth: 'bearer', fidelity: 'exact' },
  },
  allowDirect: true,
  limits: [{ scope: 'caller', counts: 'tokens', max: 1_000_000, per: 'month' }],
  storage: { onFailure: 'open', timeout: '5s' },
  log: { warn() {}, error() {} },
  platform: { dispatcher: simDispatcher({}) },
  store,
  journal,
});

gateway.events.on('request-end', ({ id, attempts }) => {
  const { input, output } = attempts[0].usage;
  // Once the step that tells the store is over.
  setImmediate(() => writeSync(1, `${id} ${input + output}\n`));
});
if (mode === 'back') {
  // As a server would: nothing of the gateway keeps a process alive.
  const alive = setInterval(() => {}, 1_000);
  const left = await gateway.flush(10_000);
  const [limit] = await gateway.standing({ id: 'ann' });
  writeSync(1, `left ${left}, used ${limit.used}, reserved ${limit.reserved}\n`);
  await gateway.close();
  await inner.close();
  journal.close();
  clearInterval(alive);
} else {
  for (let worker = 0; worker < 4; worker += 1) void work();
}

async function work() {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }];
  for (;;) {
    await gateway.chat({ model: 'acme/sim-text-5', messages, maxOutputTokens: 50 }, { caller: { id: 'ann' } });
    // The provider answers within the turn; a process that only works could not be told anything.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
