/**
 * A store that goes away under load: Redis halted, PostgreSQL restarted. Calls end with 200, 429 or 503 and none hangs; once the store is back, what
 * the upstream answered is in the ledger once, or held.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf } from './kit/account.mjs';
import { ask, statuses } from './kit/client.mjs';
import { startGateway } from './kit/process.mjs';
import { openStore, storage } from './kit/stores.mjs';
import { startUpstream } from './kit/upstream.mjs';

const CLIENTS = 24;
const DECLARED = [200, 429, 503];
/** Milliseconds that a call of the store has: more than the usual 50, since the servers here share two cores with all else and wait for a disk. */
const PATIENCE = 1_000;

export async function away({ short, say }) {
  const halt = (short ? 5 : 30) * 1_000;
  const stopped = async ({ redis }) => {
    redis.signal('SIGSTOP');
    await sleep(halt);
    redis.signal('SIGCONT');
  };
  const restarted =
    (how) =>
    async ({ postgres }) => {
      await postgres.stop(how);
      await sleep(short ? 500 : 5_000);
      await postgres.start();
    };
  await one('redis', `Redis halted for ${halt / 1_000} s`, stopped, say);
  await one('both', `Redis halted for ${halt / 1_000} s, ledger in PostgreSQL`, stopped, say);
  await one('postgres', 'PostgreSQL restarted', restarted('fast'), say);
  await one('postgres', 'PostgreSQL crashed and started', restarted('immediate'), say);
  await one('both', 'PostgreSQL restarted, limits in Redis', restarted('fast'), say);
}

async function one(kind, title, trouble, say) {
  const servers = await storage([kind], { durable: true });
  const upstream = await startUpstream(60);
  try {
    const store = servers.fresh(kind, PATIENCE);
    const limits = [
      { scope: 'team', counts: 'usd', max: 1_000, per: 'month' },
      { scope: 'caller', counts: 'requests', max: 1_000, per: 'day' },
    ];
    const gateway = await startGateway({ store, upstream: upstream.url, limits });
    const [before, during, after] = [[], [], []];
    let [phase, over] = [before, false];
    let slowest = 0;
    const client = async (number) => {
      for (let round = 0; !over; round++) {
        const begun = performance.now();
        const answer = await ask(gateway, {
          call: `${kind}-${number}-${round}`,
          stream: round % 2 === 0,
          maxTokens: 40,
        });
        slowest = Math.max(slowest, performance.now() - begun);
        phase.push(answer);
        if (answer.status !== 200) await sleep(50);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
    await sleep(1_000);
    phase = during;
    await trouble(servers);
    await sleep(500);
    phase = after;
    await sleep(1_500);
    over = true;
    await Promise.all(clients);
    const code = await gateway.terminate();
    const found = await accountOf(() => openStore({ ...store, patience: 20_000 }), upstream);
    const all = [...before, ...during, ...after];
    const undeclared = all.filter(({ status }) => !DECLARED.includes(status)).length;
    const recovered = after.length > 0 && after.slice(-CLIENTS).every(({ status }) => status === 200);
    say(
      undeclared === 0 && recovered && code === 0 && found.lost + found.double + found.wrong === 0,
      `${title}: before ${statuses(before)}; meanwhile ${statuses(during)}; then ${statuses(after)}; slowest ${Math.round(slowest)} ms; ` +
        `${upstream.answered()} answered, ledger ${found.rows} rows, ${found.held} held, lost ${found.lost}, double ${found.double}, wrong ${found.wrong}`,
      found,
    );
  } finally {
    await upstream.close();
    await servers.close();
  }
}
