import { expect, it } from 'vitest';
import { createGateway } from '../gateway.ts';
import { memoryStore } from '../store/memory.ts';
import type { AttemptRecord, Ledger } from '../store/store.ts';
import { manualClock, scriptedDispatcher } from '../testing/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function kept(days: number | undefined, ledger: Partial<Ledger> = {}) {
  const clock = manualClock();
  const inner = memoryStore();
  const steps: number[] = [];
  const watched: Ledger = {
    append: (rows, call) => inner.ledger.append(rows, call),
    list: (filter, cursor, call) => inner.ledger.list(filter, cursor, call),
    totals: (filter, by, call) => inner.ledger.totals(filter, by, call),
    async purge(before, call) {
      const count = await inner.ledger.purge(before, call);
      steps.push(count);
      return count;
    },
    ...ledger,
  };
  const logged: string[] = [];
  const gateway = createGateway(
    {
      access: 'open',
      providers: { a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', auth: 'none' } },
      log: { warn() {}, error: (message) => logged.push(message) },
      store: { ...inner, ledger: watched },
      ...(days === undefined ? {} : { storage: { ledgerDays: days } }),
    },
    { dispatcher: scriptedDispatcher(), clock, random: () => 0.5, randomId: () => 'x', environment: {} },
  );
  const row = (hoursAgo: number): AttemptRecord => ({
    attempt: `a${hoursAgo}`,
    request: 'r',
    startedAt: clock.now() - hoursAgo * HOUR - 1,
    endedAt: clock.now() - hoursAgo * HOUR,
    scopes: [],
    caller: 'ann',
    operation: 'chat',
    modelAsked: 'm',
    modelServed: 'm',
    provider: 'a',
    deployment: 'm#0',
    outcome: 'ok',
  });
  const call = { now: 0, deadline: 1e15 };
  return {
    clock,
    gateway,
    steps,
    logged,
    fill: (hours: readonly number[]) => inner.ledger.append(hours.map(row), call),
    left: async () => (await inner.ledger.list({}, undefined, call)).items.map(({ attempt }) => attempt),
  };
}

it('a ledger is never purged unless its days are given', async () => {
  const { clock, fill, left } = kept(undefined);
  await fill([100_000]);
  await clock.advance(10 * DAY);
  expect([await left(), clock.pending]).toEqual([['a100000'], 0]);
});

it('rows that ended before that are removed, an hour of them at a time, and no others', async () => {
  const { clock, fill, left, steps } = kept(2);
  await fill([90, 89.5, 70, 69.9, 69.8, 49, 46, 1]);
  await clock.advance(HOUR / 2);
  expect(await left()).toEqual(['a46', 'a1']);
  expect(steps).toEqual([2, 3, 1]);
  await clock.advance(2 * HOUR);
  expect(await left()).toEqual(['a1']);
});

it('a purge that fails is told and tried again, and none is left when the gateway is closed', async () => {
  let fails = true;
  const { clock, fill, left, logged, gateway } = kept(1, {});
  void left;
  const broken = kept(1, {
    list: async () => {
      if (fails) throw new Error('away');
      return { items: [] };
    },
  });
  await broken.clock.advance(HOUR);
  expect(broken.logged).toContain('the ledger could not be purged; it is tried again');
  fails = false;
  await broken.clock.advance(HOUR);
  expect(broken.logged).toHaveLength(1);
  await fill([100]);
  await gateway.close();
  await clock.advance(3 * DAY);
  expect([clock.pending, logged]).toEqual([0, []]);
});
