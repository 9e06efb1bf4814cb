/**
 * Three processes with 128 streams each at a time, one budget, and answers of a quarter of what was reserved. The processes share a store; what the
 * upstream answered must not cost more than the budget, and nearly all of it must be usable.
 */
import { accountOf } from './kit/account.mjs';
import { statuses } from './kit/client.mjs';
import { costOf } from './kit/prices.mjs';
import { startGateway } from './kit/process.mjs';
import { percent } from './kit/report.mjs';
import { spendAll } from './kit/spend.mjs';
import { LEASED, openStore, SHARED, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const KINDS = [...SHARED, LEASED];
const PROCESSES = 3;
const STREAMS = 128;
const MAX_TOKENS = 400;
const COST = costOf(MAX_TOKENS / 4);
/** A call of a store may take so long: the processes share two cores with the upstream, the clients and the servers. */
const PATIENCE = 20_000;

export async function streams({ short, say }) {
  const servers = await storage(KINDS);
  try {
    // The second budget is wide enough for all streams to be open at a time.
    for (const calls of short ? [200] : [200, 2_000]) for (const kind of KINDS) await one(servers, kind, calls, say);
  } finally {
    await servers.close();
  }
}

async function one(servers, kind, calls, say) {
  const upstream = await startUpstream(500);
  const store = servers.fresh(kind, PATIENCE);
  const budget = calls * COST;
  const limits = [
    { scope: 'team', counts: 'usd', max: (budget / 1e9).toFixed(9), per: 'month' },
    { scope: 'caller', counts: 'requests', max: 1_000, per: 'day' },
  ];
  const setting = { store, upstream: upstream.url, limits };
  const gateways = await Promise.all(Array.from({ length: PROCESSES }, () => startGateway(setting)));
  const answers = await spendAll(gateways, upstream, STREAMS, kind, { maxTokens: MAX_TOKENS });
  const codes = await Promise.all(gateways.map((gateway) => gateway.terminate()));
  const found = await accountOf(() => openStore(store), upstream);
  const spent = upstream.spent();
  const overspend = Math.max(0, spent - budget);
  const usable = spent / budget;
  await upstream.close();
  say(
    overspend === 0 &&
      usable >= 0.98 &&
      found.lost + found.double + found.wrong === 0 &&
      codes.every((code) => code === 0),
    `${PROCESSES} × ${STREAMS} streams on ${kind}: ${upstream.answered()} of ${calls} calls answered, overspend ${overspend}, ` +
      `usable ${percent(usable)}, ledger ${found.rows} rows, lost ${found.lost}, double ${found.double}, wrong ${found.wrong}; ${statuses(answers)}`,
    { ...found, overspend, usable },
  );
}
