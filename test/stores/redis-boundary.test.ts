import type { Limit, Reservation, Store } from '@postern/core';
import { redisStore } from '@postern/redis';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../services/redis.ts';

const NOW = 1_767_225_600_000;
const MINUTE = 60_000;
const at = (ms: number) => ({ now: NOW + ms, deadline: NOW + ms + 20_000 });
const MOST = Number.MAX_SAFE_INTEGER;
const budget: Limit = { id: 'budget', counts: 'nanoUsd', max: MOST, window: 0 };

const reservation = (id: string, nanoUsd: number, limit: Limit, more: Partial<Reservation> = {}): Reservation => ({
  id,
  scopes: [{ scope: 'user:ann', limits: [limit] }],
  amounts: { nanoUsd },
  expires: NOW + MINUTE,
  onExpiry: 'release',
  ...more,
});

describe.skipIf(!hasRedis)('a store on Redis', () => {
  let server: RedisServer;
  let direct: Redis;
  let store: Store;
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
    store = redisStore({ url: server.url, prefix: `boundary-${count}` });
  });
  afterEach(() => store.close());

  const state = async (limit: Limit) => {
    const answer = await store.limits.admit(reservation('look', 0, limit), at(0));
    await store.limits.settle('look', {}, at(0));
    return answer.granted ? answer.scopes[0] : undefined;
  };

  it('counts to the last unit below 2^53, and refuses the next one', async () => {
    expect((await store.limits.admit(reservation('a', MOST - 1, budget), at(0))).granted).toBe(true);
    await store.limits.settle('a', { nanoUsd: MOST - 1 }, at(0));
    expect((await store.limits.admit(reservation('b', 2, budget), at(0))).granted).toBe(false);
    expect((await store.limits.admit(reservation('c', 1, budget), at(0))).granted).toBe(true);
    expect(await state(budget)).toMatchObject({ used: MOST - 1, reserved: 1, max: MOST, resetAt: MOST });
  });

  it('never counts beyond what is exact, a soft limit included', async () => {
    const soft: Limit = { ...budget, max: 5, soft: true };
    await store.limits.admit(reservation('a', 5, soft), at(0));
    await store.limits.settle('a', { nanoUsd: MOST }, at(0));
    expect((await store.limits.admit(reservation('b', 1, soft), at(0))).granted).toBe(false);
    await store.limits.admit(reservation('c', 0, soft), at(0));
    await store.limits.settle('c', { nanoUsd: MOST }, at(0));
    expect(await state(soft)).toMatchObject({ used: MOST, reserved: 0 });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses a limit of %d, and counts nothing',
    async (wrong) => {
      for (const spoilt of [
        { max: wrong },
        { window: wrong },
        { slices: wrong },
        { rollover: { from: 0, most: wrong } },
      ])
        await expect(store.limits.admit(reservation('a', 1, { ...budget, ...spoilt }), at(0))).rejects.toThrow(
          RangeError,
        );
      await expect(store.limits.admit(reservation('a', 1, budget, { expires: wrong }), at(0))).rejects.toThrow(
        RangeError,
      );
      expect(await direct.keys(`{boundary-${count}}*`)).toEqual([]);
    },
  );

  it('ends more expired reservations than one call may, where they stand in the way', async () => {
    const narrow: Limit = { ...budget, max: 200 };
    const admissions = Array.from({ length: 200 }, (_, index) =>
      store.limits.admit(reservation(`r${index}`, 1, narrow), at(0)),
    );
    await Promise.all(admissions);
    expect((await store.limits.admit(reservation('all', 200, narrow), at(MINUTE - 1))).granted).toBe(false);
    const later = reservation('later', 200, narrow, { expires: NOW + 2 * MINUTE });
    expect((await store.limits.admit(later, at(MINUTE))).granted).toBe(true);
    expect((await store.limits.open(undefined, at(MINUTE))).items.map(({ id }) => id)).toEqual(['later']);
  });

  it('keeps no counter of a window that is over, and all of a limit without one', async () => {
    const minute: Limit = { id: 'minute', counts: 'nanoUsd', max: 9, window: MINUTE };
    await store.limits.admit(
      { ...reservation('a', 1, budget), scopes: [{ scope: 's', limits: [budget, minute] }] },
      at(0),
    );
    const times = await Promise.all((await direct.keys(`{boundary-${count}}:c:*`)).map((key) => direct.pttl(key)));
    expect(times.sort((a, b) => a - b)[0]).toBe(-1);
    expect(times[1]).toBeGreaterThan(MINUTE);
    expect(times[1]).toBeLessThanOrEqual(5 * MINUTE);
  });

  it('takes any text for an id, and none for anything else', async () => {
    const marks = [
      "'; DROP TABLE keys;--",
      '"]}',
      '\\',
      '\n',
      '\r\nFLUSHALL\r\n',
      '\0',
      '{',
      '}',
      '*',
      '$1',
      '\ud800',
      '‮',
      '] == nil',
    ];
    const texts = Array.from(
      { length: 500 },
      (_, index) => `${marks[index % marks.length]}${index}${marks[(index * 7) % marks.length]}`,
    );
    const audit = { at: NOW, by: 'admin', action: 'test' };
    const map = store.shared('texts', 1_000);
    for (const text of texts) {
      const scopes = [{ scope: text, limits: [{ ...budget, id: text }] }];
      const answer = await store.limits.admit(reservation(text, 1, budget, { scopes }), at(0));
      expect(answer).toMatchObject({ granted: true, scopes: [{ scope: text, limit: text, used: 0, reserved: 1 }] });
      expect(await store.entities.put(text, text, { text }, undefined, audit, at(0))).toBeTypeOf('string');
      expect((await store.entities.get(text, text, at(0)))?.value).toEqual({ text });
      expect(await map.add(text, new Uint8Array(), 1_000, at(0))).toBe('added');
    }
    const first = await store.limits.open(undefined, at(0));
    expect(first.items.map(({ id }) => id)).toEqual(texts.slice(0, 100));
    expect((await direct.keys('*')).every((key) => key.startsWith('{boundary-'))).toBe(true);
  });

  it('writes who changed what in the step of the change, and tells it page by page', async () => {
    const audit = (action: string) => ({ at: NOW, by: 'admin', action });
    for (let index = 0; index < 150; index++)
      await store.entities.put('key', `k${index}`, index, undefined, audit(`${index}`), at(0));
    expect(await store.entities.put('key', 'k0', 1, 'wrong', audit('refused'), at(0))).toBeUndefined();
    const first = await store.entities.audit(undefined, at(0));
    const second = await store.entities.audit(first.next, at(0));
    const actions = [...first.items, ...second.items].map(({ action }) => action);
    expect(actions).toEqual(Array.from({ length: 150 }, (_, index) => `${149 - index}`));
    expect(second.next).toBeUndefined();
  });

  it.each(['x', '-1', '1 OR 1', '{}'])('refuses the cursor %j', async (cursor) => {
    await expect(store.limits.open(cursor, at(0))).rejects.toThrow(RangeError);
    await expect(store.ledger.list({}, cursor, at(0))).rejects.toThrow(RangeError);
    await expect(store.entities.audit(cursor, at(0))).rejects.toThrow(RangeError);
  });

  it.each(['', 'a{b', 'a}b'])('refuses the prefix %j, which would move the hash tag', (prefix) => {
    expect(() => redisStore({ url: server.url, prefix })).toThrow(RangeError);
  });
});
