/** A thousand calls at once on a budget of a cent, on each store; then a few callers spend what is left of it. */
import { accountOf } from './kit/account.mjs';
import { ask, statuses } from './kit/client.mjs';
import { startGateway } from './kit/process.mjs';
import { percent } from './kit/report.mjs';
import { spendAll } from './kit/spend.mjs';
import { ALL, openStore, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const CENT = 10_000_000;
const CALLS = 1_000;
const PATIENCE = 20_000;

export async function cent({ short, say }) {
  const servers = await storage(ALL);
  try {
    for (let round = 0; round < (short ? 1 : 5); round++) for (const kind of ALL) await one(servers, kind, say);
  } finally {
    await servers.close();
  }
}

async function one(servers, kind, say) {
  const upstream = await startUpstream(20);
  const store = servers.fresh(kind, PATIENCE);
  const limits = [
    { scope: 'team', counts: 'usd', max: '0.01', per: 'month' },
    { scope: 'caller', counts: 'requests', max: 1_000, per: 'day' },
  ];
  const gateway = await startGateway({ store, upstream: upstream.url, limits });
  const call = { stream: false, maxTokens: 40 };
  const burst = await Promise.all(
    Array.from({ length: CALLS }, (_, index) => ask(gateway, { call: `burst-${index}`, ...call })),
  );
  const inBurst = upstream.answered();
  await spendAll([gateway], upstream, 8, 'rest', call);
  await gateway.terminate();
  const spent = upstream.spent();
  const overspend = Math.max(0, spent - CENT);
  const usable = spent / CENT;
  // What was in a process's memory is gone with it.
  const found =
    kind === 'memory' ? { lost: 0, double: 0, wrong: 0 } : await accountOf(() => openStore(store), upstream);
  await upstream.close();
  say(
    overspend === 0 && usable >= 0.9 && found.lost + found.double + found.wrong === 0,
    `${CALLS} calls at once on a cent, ${kind}: ${statuses(burst)}; ${inBurst} answered, ${upstream.answered()} in the end, ` +
      `overspend ${overspend}, ${percent(usable)} of the cent spent, lost ${found.lost}, double ${found.double}`,
    { ...found, overspend },
  );
}
