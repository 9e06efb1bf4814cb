import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Limit } from '@postern/core';
import { redisStore } from '@postern/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const script = fileURLToPath(new URL('leases-process.mjs', import.meta.url));
/** 20,000 calls of 100, each of which reserves 400. */
const limit: Limit = { id: 'budget', counts: 'nanoUsd', max: 2_000_000, window: 0 };

/** A process that leases, and what it said it spent. */
interface Spender {
  readonly child: ChildProcess;
  spent(): number;
  readonly full: Promise<unknown>;
  readonly exit: Promise<unknown>;
}

function startSpender(url: string, prefix: string, onSpent?: (spent: number) => void): Spender {
  const child = spawn(process.execPath, [script, url, prefix, JSON.stringify(limit)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let spent = 0;
  let rest = '';
  const exit = once(child, 'exit');
  const full = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'full') resolve();
        else spent += Number(line.slice(2));
      }
      onSpent?.(spent);
    });
  });
  return { child, spent: () => spent, full, exit };
}

async function counted(url: string, prefix: string) {
  const store = redisStore({ url, prefix });
  const now = Date.now();
  const call = { now, deadline: now + 5_000 };
  const scopes = [{ scope: 'team', limits: [limit] }];
  const answer = await store.limits.admit(
    { id: 'look', scopes, amounts: {}, expires: now + 1_000, onExpiry: 'release' },
    call,
  );
  await store.limits.settle('look', {}, call);
  await store.close();
  if (!answer.granted) throw new Error('A look was refused.');
  return answer.scopes[0]!;
}

describe.skipIf(!hasRedis)('three processes that lease from one budget in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('spend at least 98 % of it and not a unit more, and the store counts what they spent', {
    timeout: 120_000,
  }, async () => {
    const spenders = [1, 2, 3].map(() => startSpender(server.url, 'all-live'));
    await Promise.all(spenders.map(({ full }) => full));
    for (const { child } of spenders) child.stdin?.write('end\n');
    await Promise.all(spenders.map(({ exit }) => exit));
    const spent = spenders.reduce((sum, spender) => sum + spender.spent(), 0);
    const { used, reserved } = await counted(server.url, 'all-live');
    expect([used, reserved]).toEqual([spent, 0]);
    expect(spent).toBeLessThanOrEqual(limit.max);
    expect(spent).toBeGreaterThanOrEqual(0.98 * limit.max);
  });

  it('never spend more than it, when one is killed in the midst', { timeout: 120_000 }, async () => {
    const prefix = 'one-dies';
    const dying = startSpender(server.url, prefix, (spent) => {
      if (spent > 200_000) dying.child.kill('SIGKILL');
    });
    const others = [1, 2].map(() => startSpender(server.url, prefix));
    await Promise.all([dying.exit, ...others.map(({ full }) => full)]);
    for (const { child } of others) child.stdin?.write('end\n');
    await Promise.all(others.map(({ exit }) => exit));
    const spent = [dying, ...others].reduce((sum, spender) => sum + spender.spent(), 0);
    const { used, reserved } = await counted(server.url, prefix);
    expect(used + reserved).toBeLessThanOrEqual(limit.max);
    expect(spent).toBeLessThanOrEqual(used + reserved);
    // What the dead one had taken ahead is all that is lost.
    expect(spent).toBeGreaterThanOrEqual(0.9 * limit.max);
  });
});
