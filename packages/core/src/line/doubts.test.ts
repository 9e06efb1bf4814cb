import { describe, expect, it } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import type { Limit, Reservation } from '../store/store.ts';
import { type Doubt, resolveDoubts } from './doubts.ts';

const NOW = 1_767_225_600_000;
const at = (ms: number) => ({ now: NOW + ms, deadline: NOW + ms + 1_000 });
const BUDGET: Limit = { id: 'usd', counts: 'nanoUsd', max: 1_000, window: 0 };
const LATER = at(60_000);

const reservation = (id: string, more: Partial<Reservation> = {}): Reservation => ({
  id,
  scopes: [{ scope: 'user:ann', limits: [BUDGET] }],
  amounts: { requests: 1, nanoUsd: 100 },
  expires: NOW + 1_000,
  onExpiry: 'doubt',
  ...more,
});

const row = (attempt: string, cost: string) => ({
  attempt,
  request: attempt.slice(0, attempt.indexOf('.')),
  startedAt: NOW,
  endedAt: NOW + 1,
  scopes: [],
  caller: 'ann',
  operation: 'chat',
  modelAsked: 'm',
  modelServed: 'm',
  provider: 'a',
  deployment: 'm#0',
  outcome: 'ok' as const,
  usage: { input: 1 },
  cost,
});

async function counted(store: ReturnType<typeof memoryStore>): Promise<string> {
  const answer = await store.limits.admit(reservation('look', { amounts: {}, expires: LATER.now + 1 }), LATER);
  await store.limits.settle('look', {}, LATER);
  const [state] = answer.granted ? answer.scopes : [];
  return `${state?.used}/${state?.reserved}`;
}

describe('reservations of a process that died', () => {
  it('are held until somebody settles them, and by default what the ledger knows of is', async () => {
    const store = memoryStore();
    await store.limits.admit(reservation('known'), at(0));
    await store.limits.admit(reservation('unknown'), at(0));
    await store.ledger.append([row('known.1', '7'), row('known.2', '20')], at(0));
    expect(await counted(store)).toBe('0/200');
    expect(await resolveDoubts(store, LATER)).toEqual({ settled: 1, kept: 1 });
    expect(await counted(store)).toBe('27/100');
  });

  it.each([
    ['spend', '100/0'],
    ['release', '0/0'],
    ['keep', '0/100'],
    [{ nanoUsd: 30 }, '30/0'],
  ] as const)('end as it is decided: %j', async (verdict, after) => {
    const store = memoryStore();
    await store.limits.admit(reservation('r'), at(0));
    const seen: Doubt[] = [];
    await resolveDoubts(store, LATER, (doubt) => {
      seen.push(doubt);
      return verdict;
    });
    expect(seen).toMatchObject([{ reservation: { id: 'r' }, attempts: [], used: undefined }]);
    expect(await counted(store)).toBe(after);
  });

  it('that may still be under way are left alone', async () => {
    const store = memoryStore();
    await store.limits.admit(reservation('r', { expires: LATER.now + 1 }), at(0));
    expect(await resolveDoubts(store, LATER, () => 'release')).toEqual({ settled: 0, kept: 0 });
    expect(await counted(store)).toBe('0/100');
  });

  it('over where an attempt went are settled with what that attempt used', async () => {
    const store = memoryStore();
    await store.limits.admit(reservation('known.2', { attempt: 'known.2' }), at(0));
    await store.ledger.append([row('known.1', '7'), row('known.2', '20')], at(0));
    await resolveDoubts(store, LATER);
    expect(await counted(store)).toBe('20/0');
  });

  it('are all found, however many there are', async () => {
    const store = memoryStore();
    const amounts = { nanoUsd: 1 };
    for (let count = 0; count < 350; count++) await store.limits.admit(reservation(`r${count}`, { amounts }), at(0));
    expect(await resolveDoubts(store, LATER, () => 'spend')).toEqual({ settled: 350, kept: 0 });
    expect(await counted(store)).toBe('350/0');
  });
});
