/**
 * kill -9 at random moments under load. What came upstream is in the ledger once, or a reservation holds it still; nothing is missing, nothing is
 * there twice. The stores are those that survive their process; the servers wait for their disks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { account } from './kit/account.mjs';
import { ask } from './kit/client.mjs';
import { look } from './kit/look.mjs';
import { dollars } from './kit/prices.mjs';
import { startGateway } from './kit/process.mjs';
import { randomFrom } from './kit/random.mjs';
import { DURABLE, openStore, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const CLIENTS = 12;
/** Dollars: enough. */
const BUDGET = 1_000;
const PATIENCE = 20_000;

export async function kill({ short, seed, say }) {
  const points = Math.ceil((short ? 60 : 1_000) / DURABLE.length);
  const servers = await storage(DURABLE, { durable: true });
  try {
    const lines = await Promise.all(DURABLE.map((kind, index) => one(servers, kind, points, randomFrom(seed + index))));
    for (const line of lines) say(...line);
  } finally {
    await servers.close();
  }
}

/** A moment that is some answers and some milliseconds away, however fast the machine is. */
async function moment(upstream, random) {
  const until = upstream.answered() + Math.floor(random() * 40);
  do await sleep(1 + random() * 14);
  while (upstream.answered() < until);
}

async function one(servers, kind, points, random) {
  const upstream = await startUpstream(15);
  const store = servers.fresh(kind, PATIENCE);
  const limits = [
    { scope: 'team', counts: 'usd', max: BUDGET, per: 'month' },
    { scope: 'caller', counts: 'requests', max: 1_000_000, per: 'day' },
  ];
  const setting = { store, upstream: upstream.url, limits };
  for (let point = 0; point < points; point++) {
    const gateway = await startGateway(setting);
    let over = false;
    const client = async (number) => {
      for (let round = 0; !over; round++) {
        const call = `${kind}-${point}-${number}-${round}`;
        await ask(gateway, { call, stream: random() < 0.5, maxTokens: 40 });
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
    await moment(upstream, random);
    over = true;
    await gateway.kill();
    await Promise.all(clients);
  }
  // What a start sets right is set right.
  const last = await startGateway(setting);
  await ask(last, { call: `${kind}-last`, stream: false });
  await last.terminate();
  const opened = await openStore(store);
  const found = await account(opened, upstream);
  const counted = await look(opened, { scope: 'team:all', counts: 'nanoUsd', unit: 'usd', max: BUDGET * 1e9 });
  await opened.close();
  await upstream.close();
  // What nobody knows the end of is held: the budget never looks fuller than it is.
  const missing = Math.max(0, upstream.spent() - (counted.used + counted.reserved));
  return [
    found.lost + found.double + found.wrong + missing === 0,
    `kill -9 at ${points} moments, ${kind}: ${upstream.calls.size} calls came upstream, ${upstream.answered()} answered; ` +
      `ledger ${found.rows} rows, ${found.held} calls known by a held reservation only, lost ${found.lost}, double ${found.double}, wrong ${found.wrong}, ` +
      `${dollars(missing)} dollars missing in the budget's count` +
      (found.names.length === 0 ? '' : `; lost: ${found.names.slice(0, 5).join(', ')}`),
    { ...found, told: `${points} kills of ${kind} with ${found.held} in doubt` },
  ];
}
