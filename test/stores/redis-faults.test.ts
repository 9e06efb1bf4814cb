import type { Call, Limit, Reservation, Store } from '@postern/core';
import { redisStore } from '@postern/redis';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../services/free-port.ts';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const NOW = 1_767_225_600_000;
const within = (ms: number): Call => ({ now: NOW, deadline: NOW + ms });
const PATIENT = within(20_000);
const tokens: Limit = { id: 'tokens', counts: 'tokens', max: 100, window: 3_600_000 };

const reservation = (id: string, amount: number): Reservation => ({
  id,
  scopes: [{ scope: 'user:ann', limits: [tokens] }],
  amounts: { tokens: amount },
  expires: NOW + 60_000,
  onExpiry: 'spend',
});

/** Used and reserved as a reservation of nothing sees them. */
async function counted(store: Store): Promise<readonly (number | undefined)[]> {
  const answer = await store.limits.admit(reservation('look', 0), PATIENT);
  await store.limits.settle('look', {}, PATIENT);
  const state = answer.granted ? answer.scopes[0] : undefined;
  return [state?.used, state?.reserved];
}

/** Asks again until it holds, with a turn of the event loop in between; the test's own time limit is the only one. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

describe.skipIf(!hasRedis)('a store whose Redis', () => {
  let server: RedisServer;
  let store: Store;
  let direct: Redis;
  let count = 0;
  beforeAll(async () => {
    server = await startRedis();
    direct = new Redis(server.url);
  });
  afterAll(async () => {
    direct.disconnect();
    await server.stop();
  });
  beforeEach(() => {
    count += 1;
    store = redisStore({ url: server.url, prefix: `fault-${count}` });
  });
  afterEach(() => store.close());

  it('has forgotten its scripts tells it them again', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    await direct.script('FLUSH');
    expect(await counted(store)).toEqual([0, 10]);
    await direct.script('FLUSH');
    await store.shared('m', 5).add('k', Uint8Array.of(0, 255, 10), 1_000, PATIENT);
    await direct.script('FLUSH');
    expect((await store.shared('m', 5).get('k', PATIENT))?.value).toEqual(Uint8Array.of(0, 255, 10));
  });

  it('hangs rejects every call by its deadline, and works when it goes on', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    server.signal('SIGSTOP');
    const call = within(50);
    try {
      const calls = [
        store.limits.extend('a', {}, NOW + 60_000, call),
        store.limits.open(undefined, call),
        store.ledger.list({}, undefined, call),
        store.entities.get('key', 'a', call),
        store.shared('m', 5).get('k', call),
      ];
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
    } finally {
      server.signal('SIGCONT');
    }
    expect(await counted(store)).toEqual([0, 10]);
  });

  it('hangs takes back an admission that was given up, so that it counts for nothing', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    server.signal('SIGSTOP');
    try {
      await expect(store.limits.admit(reservation('b', 60), within(50))).rejects.toThrow('did not answer');
    } finally {
      server.signal('SIGCONT');
    }
    await eventually(async () => (await counted(store))[1] === 10);
    expect((await store.limits.admit(reservation('c', 90), PATIENT)).granted).toBe(true);
    expect((await store.limits.open(undefined, PATIENT)).items.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('hangs does not take back what another admission with the same id was granted', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    server.signal('SIGSTOP');
    try {
      await expect(store.limits.admit(reservation('a', 10), within(50))).rejects.toThrow('did not answer');
    } finally {
      server.signal('SIGCONT');
    }
    await store.limits.open(undefined, PATIENT);
    expect(await counted(store)).toEqual([0, 10]);
  });

  it('hangs has no more under way than it may', async () => {
    const small = redisStore({ url: server.url, prefix: 'small', pending: 3 });
    try {
      await small.limits.open(undefined, PATIENT);
      server.signal('SIGSTOP');
      const calls = Array.from({ length: 5 }, () => small.limits.open(undefined, within(50)));
      const errors = (await Promise.allSettled(calls)).map((outcome) => `${'reason' in outcome && outcome.reason}`);
      expect(errors.filter((error) => error.includes('under way already'))).toHaveLength(2);
    } finally {
      server.signal('SIGCONT');
      await small.close();
    }
  });

  it('is asked after the deadline of a call is not asked at all', async () => {
    await expect(store.limits.admit(reservation('a', 10), within(0))).rejects.toThrow('had passed');
    await expect(store.ledger.append([], within(-1))).resolves.toBeUndefined();
    expect(await counted(store)).toEqual([0, 0]);
  });

  it('ends connections in the middle works on a new one', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    await direct.call('client', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(async () => {
      const outcome = await counted(store).catch(() => undefined);
      return outcome !== undefined && outcome[1] === 10;
    });
  });

  it('refuses to write for want of memory rejects, and counts nothing', async () => {
    await store.limits.admit(reservation('a', 10), PATIENT);
    await direct.config('SET', 'maxmemory', '1');
    try {
      await expect(store.limits.admit(reservation('b', 10), PATIENT)).rejects.toThrow('OOM');
    } finally {
      await direct.config('SET', 'maxmemory', '0');
    }
    expect(await counted(store)).toEqual([0, 10]);
  });
});

describe.skipIf(!hasRedis)('a store without a Redis', () => {
  it('rejects by the deadline, closes, and rejects at once from then on', async () => {
    const store = redisStore({ url: `redis://127.0.0.1:${await freePort()}` });
    await expect(store.limits.settle('a', {}, within(50))).rejects.toThrow('did not answer within 50 ms');
    await store.close();
    await expect(store.limits.settle('a', {}, PATIENT)).rejects.toThrow('was closed');
  });

  it('works once there is one', async () => {
    const first = await startRedis();
    const store = redisStore({ url: first.url });
    await first.stop();
    const second = await startRedis([], first.port);
    try {
      await eventually(async () => (await counted(store).catch(() => [1]))[0] === 0);
    } finally {
      await store.close();
      await second.stop();
    }
  });
});
