import { expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { boundedStore, StoreTimeout } from './bounded.ts';
import { memoryStore } from './memory.ts';
import type { Granted, Reservation, Store } from './store.ts';

const GRANTED: Granted = { granted: true, scopes: [] };
const RESERVATION: Reservation = { id: 'r', scopes: [], amounts: {}, expires: 1, onExpiry: 'release' };
const never = () => new Promise<never>(() => {});
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

function bounded(limits: Partial<Store['limits']> = {}) {
  const clock = manualClock();
  const late: string[] = [];
  const inner = memoryStore();
  const store = boundedStore({ ...inner, limits: { ...inner.limits, ...limits } }, clock, (id) => late.push(id));
  const call = () => ({ now: clock.now(), deadline: clock.now() + 50 });
  return { clock, late, store, call };
}

it('a call that is not answered rejects at its deadline, and not before', async () => {
  const { clock, store, call } = bounded({ settle: never });
  let said = '';
  const asked = store.limits.settle('r', {}, call()).catch((error: unknown) => {
    said = String(error);
  });
  await clock.advance(49);
  expect(said).toBe('');
  await clock.advance(1);
  await asked;
  expect(said).toContain('StoreTimeout: The store did not answer within 50 ms.');
});

it('an answer in time is given as it came, and leaves no timer', async () => {
  const { clock, store, call } = bounded({ admit: async () => GRANTED });
  expect(await store.limits.admit(RESERVATION, call())).toBe(GRANTED);
  const map = store.shared('m', 3);
  expect(await map.add('k', new Uint8Array([1]), 1_000, call())).toBe('added');
  expect(await store.entities.get('key', 'x', call())).toBeUndefined();
  expect(clock.pending).toBe(0);
});

it('a store that throws at once rejects, and leaves no timer', async () => {
  const { clock, store, call } = bounded({
    admit: () => {
      throw new Error('broken');
    },
  });
  await expect(store.limits.admit(RESERVATION, call())).rejects.toThrow('broken');
  expect(clock.pending).toBe(0);
});

it('a reservation that is granted when nobody waits any more is told, and a refusal is not', async () => {
  for (const [answer, told] of [
    [GRANTED, ['r']],
    [{ granted: false, scope: 's', limit: 'l', resetAt: 1 } as const, []],
  ] as const) {
    let say: (answer: Granted) => void = () => {};
    const { clock, late, store, call } = bounded({ admit: () => new Promise((resolve) => (say = resolve)) });
    const asked = expect(store.limits.admit(RESERVATION, call())).rejects.toThrow(StoreTimeout);
    await clock.advance(50);
    await asked;
    say(answer as Granted);
    await othersTurn();
    expect(late).toEqual(told);
  }
});

it('never more than 10,000 calls hang; one more fails at once, and room comes back with an answer', async () => {
  const rejects: ((error: Error) => void)[] = [];
  const { clock, store, call } = bounded({ settle: () => new Promise((_, reject) => rejects.push(reject)) });
  const all = Array.from({ length: 10_000 }, () => store.limits.settle('r', {}, call()).catch(() => 'late'));
  await othersTurn();
  await clock.advance(50);
  await Promise.all(all);
  await expect(store.limits.settle('r', {}, call())).rejects.toThrow('10000 calls wait');
  expect(rejects).toHaveLength(10_000);
  rejects[0]?.(new Error('gone'));
  await othersTurn();
  void store.limits.settle('r', {}, call()).catch(() => {});
  await othersTurn();
  expect(rejects).toHaveLength(10_001);
});
