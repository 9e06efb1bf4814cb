/**
 * A process that serves calls out of leases until the budget is gone: `node leases-process.mjs redis://… prefix limit`. Says what each call was charged (`s nano`)
 * before it settles it, `full` when it is refused for long, and ends when it is told to on its standard input.
 */
import { writeSync } from 'node:fs';
import { leasedStore } from '@postern/leases';
import { redisStore } from '@postern/redis';

const [url, prefix, limit] = process.argv.slice(2);
const store = leasedStore(redisStore({ url, prefix }), { horizonMs: 500, ttlMs: 5_000 });
const scopes = [{ scope: 'team', limits: [JSON.parse(limit)] }];
let [number, refusals, isTold] = [0, 0, false];
let isOver = false;
process.stdin.on('data', () => {
  isOver = true;
});

await Promise.all(Array.from({ length: 128 }, work));
await store.close();
process.exit(0);

async function work() {
  while (!isOver) {
    const id = `${process.pid}-${number++}`;
    const answer = await store.limits
      .admit({ id, scopes, amounts: { nanoUsd: 400 }, expires: Date.now() + 60_000, onExpiry: 'spend' }, call())
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (answer?.granted !== true) {
      refusals += 1;
      if (refusals > 40_000 && !isTold) {
        isTold = true;
        writeSync(1, 'full\n');
      }
      continue;
    }
    refusals = 0;
    writeSync(1, 's 100\n');
    await store.limits.settle(id, { nanoUsd: 100 }, call());
  }
}

function call() {
  const now = Date.now();
  return { now, deadline: now + 10_000 };
}
