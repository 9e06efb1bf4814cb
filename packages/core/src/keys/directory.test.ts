import { beforeEach, describe, expect, it } from 'vitest';
import type { AccessSettings } from '../config/settings.ts';
import { memoryStore } from '../store/memory.ts';
import type { Entities } from '../store/store.ts';
import { type ManualClock, manualClock } from '../testing/manual-clock.ts';
import { callersOf } from './callers.ts';
import { Directory } from './directory.ts';

const settings = { ttl: 30_000, grace: 60_000, capacity: 100 };
const call = { now: 0, deadline: 1 };
const audit = { at: 0, by: 'test', action: 'test' };
const team = (name: string) => ({ name, createdAt: 0 });

let clock: ManualClock;
let entities: Entities;
let calls: string[];
let isAway: boolean;
beforeEach(() => {
  clock = manualClock();
  entities = memoryStore().entities;
  calls = [];
  isAway = false;
});

function directory(): Directory {
  const spied: Entities = {
    get: (kind, id, at) => {
      calls.push(`${kind} ${id}`);
      return isAway ? Promise.reject(new Error('away')) : entities.get(kind, id, at);
    },
    put: (...put) => (isAway ? Promise.reject(new Error('away')) : entities.put(...put)),
    delete: (...deleted) => entities.delete(...deleted),
    list: (...listed) => entities.list(...listed),
    audit: (...asked) => entities.audit(...asked),
  };
  return new Directory(spied, clock, settings);
}

describe('callers out of a store', () => {
  const AUDIT = { at: 0, by: 'test', action: 'test' };

  it.each([
    ['keys', { keys: { ttl: 1, grace: 1, capacity: 9 } }],
    ['people', { identify: () => undefined, createFrom: { team: 't' } }],
  ] as const)('are waited for as long as the store has to answer: %s', async (_, access) => {
    const deadlines: number[] = [];
    const slow: Entities = {
      ...entities,
      get: (kind, id, at) => {
        deadlines.push(at.deadline - at.now);
        return entities.get(kind, id, at);
      },
      put: (...put) => entities.put(...put),
    };
    await entities.put('team', 'red', team('Red'), undefined, AUDIT, call);
    const callers = callersOf(access as unknown as AccessSettings, slow, clock, 2_000);
    await callers?.directory.find('team', 'red');
    expect(deadlines).toEqual([2_000]);
  });
});

describe('records of the store', () => {
  it('are read once by eight who ask at the same time, and then known for a while', async () => {
    await entities.put('team', 'red', team('Red'), undefined, audit, call);
    const records = directory();
    const found = await Promise.all(Array.from({ length: 8 }, () => records.find('team', 'red')));
    expect(new Set(found.map(({ record }) => record))).toEqual(new Set([team('Red')]));
    expect(records.find('team', 'red')).toMatchObject({ record: team('Red') });
    expect(calls).toEqual(['team red']);
    await clock.advance(settings.ttl);
    await records.find('team', 'red');
    expect(calls).toEqual(['team red', 'team red']);
  });

  it('that there are not are not asked for again either', async () => {
    const records = directory();
    await records.find('team', 'red');
    expect(records.find('team', 'red')).toMatchObject({ record: undefined });
    expect(calls).toEqual(['team red']);
  });

  it('that were read again and are unchanged are the same object', async () => {
    await entities.put('team', 'red', team('Red'), undefined, audit, call);
    const records = directory();
    const { record } = await records.find('team', 'red');
    await clock.advance(settings.ttl);
    expect((await records.find('team', 'red')).record).toBe(record);
  });

  it('are read anew once somebody says that they have changed, also while they are on their way', async () => {
    const etag = await entities.put('team', 'red', team('Red'), undefined, audit, call);
    const records = directory();
    const onItsWay = records.find('team', 'red');
    await entities.put('team', 'red', team('Rosso'), etag, audit, call);
    records.forget('team', 'red');
    await onItsWay;
    expect((await records.find('team', 'red')).record).toEqual(team('Rosso'));
  });

  it('are believed for longer while the store is away, which is asked once a second, and not for ever', async () => {
    await entities.put('team', 'red', team('Red'), undefined, audit, call);
    const records = directory();
    await records.find('team', 'red');
    isAway = true;
    await clock.advance(settings.ttl);
    expect((await records.find('team', 'red')).record).toEqual(team('Red'));
    for (let times = 0; times < 5; times++) await records.find('team', 'red');
    expect(calls).toHaveLength(2);
    await clock.advance(settings.grace);
    await expect(records.find('team', 'red')).rejects.toMatchObject({ code: 'store_unavailable', status: 503 });
    isAway = false;
    expect((await records.find('team', 'red')).record).toEqual(team('Red'));
  });

  it('that were never read are not made up while the store is away', async () => {
    isAway = true;
    const records = directory();
    await expect(records.find('team', 'red')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(records.create('team', 'red', team('Red'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('are not pushed out by those that there are not', async () => {
    await entities.put('team', 'red', team('Red'), undefined, audit, call);
    const records = directory();
    await records.find('team', 'red');
    for (let count = 0; count < 10 * settings.capacity; count++) await records.find('key', `guess-${count}`);
    calls = [];
    expect(records.find('team', 'red')).toMatchObject({ record: team('Red') });
    expect(calls).toEqual([]);
  });
});
