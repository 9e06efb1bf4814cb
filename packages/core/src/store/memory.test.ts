import { describe, expect, it } from 'vitest';
import { storeCases } from '../testing/store-cases.ts';
import { at, attempt, HOUR, MINUTE, NOW, perMinute, reservation, stateOf, verdict } from '../testing/store-setting.ts';
import { memoryStore } from './memory.ts';
import { MemoryLimits } from './memory-limits.ts';
import type { AuditEntry, Limit } from './store.ts';

describe('the memory store does what every store does', () => {
  for (const { name, run } of storeCases(async () => memoryStore())) it(name, run);
});

const audit: AuditEntry = { at: HOUR, by: 'admin', action: 'test' };
const tokens = perMinute('tokens', 100);
const of = (scope: string) => ({ scopes: [{ scope, limits: [tokens] }] });

describe('the memory store', () => {
  it('keeps nothing of a reservation without scopes', async () => {
    const { limits } = memoryStore();
    await limits.admit(reservation('a', { requests: 1 }, [], { scopes: [] }), NOW);
    expect((await limits.open(undefined, NOW)).items).toEqual([]);
  });

  it('drops the oldest attempt of a full ledger', async () => {
    const { ledger } = memoryStore({ attempts: 3 });
    await ledger.append(
      ['a', 'b', 'c', 'd', 'e'].map((id) => attempt(id, 0)),
      NOW,
    );
    expect((await ledger.list({}, undefined, NOW)).items.map((record) => record.attempt)).toEqual(['c', 'd', 'e']);
  });

  it('goes on with a page of a ledger whose records were dropped in the meantime', async () => {
    const { ledger } = memoryStore({ attempts: 150 });
    const records = Array.from({ length: 300 }, (_, index) => attempt(`a${index}`, 0));
    await ledger.append(records.slice(0, 150), NOW);
    const { next } = await ledger.list({}, undefined, NOW);
    await ledger.append(records.slice(150, 275), NOW);
    const { items } = await ledger.list({}, next, NOW);
    expect(items[0]?.attempt).toBe('a125');
    expect(await ledger.purge(HOUR + 1_000, NOW)).toBe(150);
    await ledger.append([attempt('a125', 0), attempt('a300', 0)], NOW);
    expect((await ledger.list({}, undefined, NOW)).items.map((record) => record.attempt)).toEqual(['a125', 'a300']);
  });

  it('counts a cost that it can not read as without price, and leaves out units that are no numbers', async () => {
    const { ledger } = memoryStore();
    const usage = { input: 5, output: Number.NaN, cached: 0.5 };
    await ledger.append([attempt('a', 0, { cost: '1e3', usage }), attempt('b', 0, { cost: '', usage })], NOW);
    const [total] = await ledger.totals({}, [], NOW);
    expect(total).toEqual({ by: {}, attempts: 2, usage: { input: 10n }, cost: 0n, unpriced: 2 });
  });

  it('refuses a scope that it has no room to count, and goes on limiting those it knows', async () => {
    const { limits } = memoryStore({ counters: 2 });
    for (const scope of ['a', 'b']) await limits.admit(reservation(scope, { tokens: 60 }, [], of(scope)), NOW);
    expect(verdict(await limits.admit(reservation('c', { tokens: 1 }, [], of('c')), NOW))).toBe('c tokens-per-minute');
    expect(verdict(await limits.admit(reservation('a2', { tokens: 41 }, [], of('a')), NOW))).toBe(
      'a tokens-per-minute',
    );
    expect(verdict(await limits.admit(reservation('a3', { tokens: 40 }, [], of('a')), NOW))).toBe('granted');
  });

  it('has room again for other scopes when the windows of the old ones are over', async () => {
    const { limits } = memoryStore({ counters: 2 });
    for (const scope of ['a', 'b']) await limits.admit(reservation(scope, { tokens: 60 }, [], of(scope)), NOW);
    const later = at(MINUTE);
    for (const scope of ['c', 'd']) {
      expect(verdict(await limits.admit(reservation(scope, { tokens: 60 }, [], of(scope)), later))).toBe('granted');
    }
    await limits.settle('a', { tokens: 60 }, later);
    expect(verdict(await limits.admit(reservation('e', { tokens: 1 }, [], of('e')), later))).toBe(
      'e tokens-per-minute',
    );
  });

  it('forgets idle scopes as it goes on, and no scope that holds something', async () => {
    const store = memoryStore({ counters: 5_000 });
    await store.limits.admit(reservation('held', { tokens: 60 }, [], of('held')), NOW);
    for (let index = 0; index < 20_000; index++) {
      const id = `r${index}`;
      expect(verdict(await store.limits.admit(reservation(id, { tokens: 60 }, [], of(id)), NOW))).toBe('granted');
      await store.limits.settle(id, {}, NOW);
    }
    expect(await stateOf(store, tokens, NOW, 'held')).toMatchObject({ used: 0, reserved: 60 });
  });

  it('counts nothing for scopes that were refused: whoever has used up a limit makes no further ones by naming what there is not', async () => {
    const limits = new MemoryLimits(4);
    const asked = (id: string, model: string, amount: number) =>
      limits.admit(
        reservation(id, { tokens: amount }, [], {
          scopes: [
            { scope: `ann model:${model}`, limits: [tokens] },
            { scope: 'ann', limits: [tokens] },
          ],
        }),
        NOW,
      );
    expect(verdict(await asked('a', 'm', 100))).toBe('granted');
    for (let index = 0; index < 20; index++)
      expect(verdict(await asked(`r${index}`, `x${index}`, 1))).toBe('ann tokens-per-minute');
    expect(verdict(await asked('large', 'y', 101))).toBe('ann model:y tokens-per-minute');
    for (const model of ['x0', 'x19', 'y']) expect(limits.keptScope(`ann model:${model}`)).toEqual([]);
    for (const scope of ['bob', 'cy'])
      expect(verdict(await limits.admit(reservation(scope, { tokens: 1 }, [], of(scope)), NOW))).toBe('granted');
  });

  it('never forgets a budget that runs, whatever fills it up', async () => {
    const store = memoryStore({ counters: 100 });
    const budget: Limit = { id: 'budget', counts: 'nanoUsd', max: 100, window: 30 * 24 * HOUR };
    const spent = { scopes: [{ scope: 'ann', limits: [budget] }] };
    await store.limits.admit(reservation('a', { nanoUsd: 90 }, [], spent), NOW);
    await store.limits.settle('a', { nanoUsd: 90 }, NOW);
    let granted = 0;
    for (let minute = 0; minute < 10; minute++)
      for (let index = 0; index < 300; index++) {
        const id = `r${minute}-${index}`;
        const answer = await store.limits.admit(reservation(id, { tokens: 1 }, [], of(id)), at(minute * MINUTE));
        if (answer.granted) granted += 1;
        await store.limits.settle(id, { tokens: 1 }, at(minute * MINUTE));
      }
    // What fills up drops what is over, and nothing else: 99 others in each minute.
    expect(granted).toBe(990);
    const over = reservation('b', { nanoUsd: 11 }, [], spent);
    expect(verdict(await store.limits.admit(over, at(10 * MINUTE)))).toBe('ann budget');
  });

  it('has room again when what could be carried over from an old window is carried over no more', async () => {
    const DAY = 24 * HOUR;
    const { limits } = memoryStore({ counters: 2 });
    const daily = (day: number): Limit => ({
      ...tokens,
      window: DAY,
      start: day * DAY,
      rollover: { from: (day - 1) * DAY, most: 100 },
    });
    const asked = (scope: string, day: number) =>
      limits.admit(reservation(`${scope}${day}`, { tokens: 10 }, [], { scopes: [{ scope, limits: [daily(day)] }] }), {
        now: day * DAY,
        deadline: day * DAY,
      });
    for (const scope of ['a', 'b']) {
      expect(verdict(await asked(scope, 10))).toBe('granted');
      await limits.settle(`${scope}10`, { tokens: 10 }, { now: 10 * DAY, deadline: 10 * DAY });
    }
    expect(verdict(await asked('c', 11))).toBe('c tokens-per-minute');
    expect(verdict(await asked('c', 13))).toBe('granted');
  });

  it('does not bring back an old window when the clock is set back', async () => {
    const store = memoryStore();
    await store.limits.admit(reservation('a', { tokens: 60 }, [tokens]), at(MINUTE));
    expect(await stateOf(store, tokens, at(MINUTE - 5_000))).toMatchObject({ reserved: 60 });
    expect(verdict(await store.limits.admit(reservation('b', { tokens: 41 }, [tokens]), at(MINUTE - 5_000)))).toBe(
      'user:ann tokens-per-minute',
    );
  });

  it('counts nothing up to 2^53, from where on a number is another one, and tells so', async () => {
    const { limits } = memoryStore();
    const soft: Limit = { ...tokens, soft: true };
    const of = (id: string, amount: number) => reservation(id, { tokens: amount, requests: amount }, [soft]);
    await limits.admit(of('a', Number.MAX_SAFE_INTEGER), NOW);
    await expect(limits.admit(of('b', 1), NOW)).rejects.toThrow(/2\^53/);
    await expect(limits.extend('a', { requests: 1 }, HOUR + MINUTE, NOW)).rejects.toThrow(/2\^53/);
    expect((await limits.open(undefined, NOW)).items.map(({ id, amounts }) => [id, amounts.requests])).toEqual([
      ['a', Number.MAX_SAFE_INTEGER],
    ]);
  });

  it('rejects a document beyond its capacity, and takes one again after a deletion', async () => {
    const { entities } = memoryStore({ entities: 1 });
    const etag = (await entities.put('team', 'a', 1, undefined, audit, NOW)) ?? '';
    await expect(entities.put('team', 'b', 1, undefined, audit, NOW)).rejects.toThrow(RangeError);
    expect(await entities.put('team', 'a', 2, etag, audit, NOW)).toBeDefined();
    const { etag: last = '' } = (await entities.get('team', 'a', NOW)) ?? {};
    await entities.delete('team', 'a', last, audit, NOW);
    expect(await entities.put('team', 'b', 1, undefined, audit, NOW)).toBeDefined();
  });

  it('keeps who changed what, and nothing of changes that were not made', async () => {
    const store = memoryStore();
    const etag =
      (await store.entities.put('team', 'a', 1, undefined, { ...audit, action: 'create', after: 1 }, NOW)) ?? '';
    await store.entities.put('team', 'a', 2, 'wrong', { ...audit, action: 'lost' }, NOW);
    await store.entities.delete('team', 'a', etag, { ...audit, action: 'delete', before: 1 }, NOW);
    expect(await store.entities.audit(undefined, NOW)).toEqual({
      items: [
        { kind: 'team', id: 'a', at: HOUR, by: 'admin', action: 'delete', before: 1 },
        { kind: 'team', id: 'a', at: HOUR, by: 'admin', action: 'create', after: 1 },
      ],
    });
  });

  it('keeps the last audit entries only', async () => {
    const store = memoryStore({ entities: 5 });
    let etag: string | undefined;
    for (let index = 0; index < 50; index++)
      etag = await store.entities.put('team', 'a', index, etag, { ...audit, at: index }, NOW);
    const { items } = await store.entities.audit(undefined, NOW);
    expect(items.length).toBeLessThan(10);
    expect(items.slice(0, 5).map((entry) => entry.at)).toEqual([49, 48, 47, 46, 45]);
  });

  it('goes on with the audit where a page ended, though older entries were dropped meanwhile', async () => {
    const store = memoryStore({ entities: 150 });
    let etag: string | undefined;
    const change = async (index: number) => {
      etag = await store.entities.put('team', 'a', index, etag, { ...audit, at: index }, NOW);
    };
    for (let index = 0; index < 299; index++) await change(index);
    const first = await store.entities.audit(undefined, NOW);
    for (let index = 299; index < 320; index++) await change(index);
    const second = await store.entities.audit(first.next, NOW);
    expect(first.items.map((entry) => entry.at)).toEqual(Array.from({ length: 100 }, (_, index) => 298 - index));
    // 150 were left when the 300th came.
    expect(second).toEqual({
      items: Array.from({ length: 49 }, (_, index) => expect.objectContaining({ at: 198 - index })),
    });
  });

  it('has nothing to flush and nothing to close', async () => {
    const store = memoryStore();
    await store.flush();
    await store.close();
  });
});
