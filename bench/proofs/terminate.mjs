/** SIGTERM under load: every answer comes to its end, and all of them are in the ledger, with nothing left open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf } from './kit/account.mjs';
import { ask } from './kit/client.mjs';
import { startGateway } from './kit/process.mjs';
import { openStore, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const STREAMS = 100;
const KINDS = ['sqlite', 'redis', 'postgres', 'both'];
const PATIENCE = 20_000;

export async function terminate({ short, say }) {
  const servers = await storage(KINDS);
  try {
    for (let round = 0; round < (short ? 1 : 5); round++) for (const kind of KINDS) await one(servers, kind, say);
  } finally {
    await servers.close();
  }
}

async function one(servers, kind, say) {
  const upstream = await startUpstream(400);
  const store = servers.fresh(kind, PATIENCE);
  const limits = [
    { scope: 'team', counts: 'usd', max: 1_000, per: 'month' },
    { scope: 'caller', counts: 'requests', max: 1_000, per: 'day' },
  ];
  const gateway = await startGateway({ store, upstream: upstream.url, limits });
  const asked = Array.from({ length: STREAMS }, (_, index) =>
    ask(gateway, { call: `${kind}-${index}`, stream: index % 2 === 0, maxTokens: 40 }),
  );
  while (upstream.calls.size < STREAMS) await sleep(5);
  const ended = gateway.terminate();
  const whole = (await Promise.all(asked)).filter((answer) => answer.whole).length;
  const code = await ended;
  const found = await accountOf(() => openStore(store), upstream);
  await upstream.close();
  say(
    code === 0 &&
      whole === STREAMS &&
      found.rows === STREAMS &&
      found.lost + found.double + found.wrong + found.open === 0,
    `SIGTERM with ${STREAMS} calls under way, ${kind}: ${whole} answers whole, ledger ${found.rows} rows, ${found.open} left open, ` +
      `lost ${found.lost}, double ${found.double}, exit code ${code}`,
    found,
  );
}
