/** Eight calls at once of a user whom nobody has seen, of which five may pass: one scope comes of them, and it counts exactly. */
import { ask } from './kit/client.mjs';
import { look } from './kit/look.mjs';
import { startGateway } from './kit/process.mjs';
import { ALL, openStore, SHARED, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const AT_ONCE = 8;
const MAY_PASS = 5;
const PATIENCE = 20_000;

export async function firstCalls({ short, say }) {
  const servers = await storage(ALL);
  try {
    for (const kind of ALL) await one(servers, kind, short ? 25 : 250, say);
  } finally {
    await servers.close();
  }
}

async function one(servers, kind, users, say) {
  const upstream = await startUpstream(5);
  const store = servers.fresh(kind, PATIENCE);
  const limits = [{ scope: 'user', counts: 'requests', max: MAY_PASS, per: 'month' }];
  const setting = { store, upstream: upstream.url, limits };
  const processes = SHARED.includes(kind) ? 2 : 1;
  const gateways = await Promise.all(Array.from({ length: processes }, () => startGateway(setting)));
  let exact = 0;
  for (let user = 0; user < users; user++) {
    const before = upstream.answered();
    const name = `${kind}-user-${user}`;
    const calls = Array.from({ length: AT_ONCE }, (_, index) =>
      ask(gateways[index % processes], { call: `${name}-${index}`, user: name, stream: false, maxTokens: 8 }),
    );
    const passed = (await Promise.all(calls)).filter(({ status }) => status === 200).length;
    if (passed === MAY_PASS && upstream.answered() - before === MAY_PASS) exact += 1;
  }
  for (const gateway of gateways) await gateway.terminate();
  const used = kind === 'memory' ? undefined : await countsOf(store, kind, users);
  await upstream.close();
  say(
    exact === users && (used === undefined || used === users),
    `${AT_ONCE} first calls at once of each of ${users} unknown users, ${MAY_PASS} may pass, ${kind}, ${processes} process(es): ` +
      `${exact} users had exactly ${MAY_PASS}${used === undefined ? '' : `, ${used} scopes count exactly ${MAY_PASS}`}`,
  );
}

/** Of how many users the store says just what passed. */
async function countsOf(address, kind, users) {
  const store = await openStore(address);
  let exact = 0;
  for (let user = 0; user < users; user++) {
    const limit = { scope: `user:${kind}-user-${user}`, counts: 'requests', unit: 'requests', max: MAY_PASS };
    const state = await look(store, limit);
    if (state?.used === MAY_PASS && state.reserved === 0) exact += 1;
  }
  await store.close();
  return exact;
}
