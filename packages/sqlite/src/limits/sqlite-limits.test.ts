import { execFileSync } from 'node:child_process';
import type { Amounts, Call, Granted, Limit, Limits, Refused, Reservation } from '@postern/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore, temporaryFile } from '../../../../test/kit/sqlite-store.ts';
import { sqliteStore } from '../index.ts';

const T = 1_767_225_600_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const at = (ms: number): Call => ({ now: T + ms, deadline: T + ms + MINUTE });
const NOW = at(0);

const budget: Limit = { id: 'budget', counts: 'nanoUsd', max: 10_000, window: DAY };
const rolling: Limit = { id: 'rolling', counts: 'requests', max: 10, window: MINUTE, slices: 6 };
const calls: Limit = { id: 'calls', counts: 'concurrency', max: 3, window: 0 };
const month = (day: number, more: Partial<Limit> = {}): Limit => ({
  id: 'month',
  counts: 'nanoUsd',
  max: 1_000,
  start: T + day * DAY,
  window: 30 * DAY,
  ...more,
});

const reservation = (
  id: string,
  amounts: Amounts,
  limits: readonly Limit[],
  more: Partial<Reservation> = {},
): Reservation => ({
  id,
  scopes: [{ scope: 'user:ann', limits }],
  amounts,
  expires: T + 10 * DAY,
  onExpiry: 'doubt',
  ...more,
});

/** `used/reserved` of a limit. */
async function counted(limits: Limits, limit: Limit, call: Call): Promise<string> {
  looks += 1;
  const look = reservation(`look ${looks}`, {}, [limit], { onExpiry: 'release' });
  const answer = await limits.admit(look, call);
  await limits.settle(look.id, {}, call);
  const state = answer.granted ? answer.scopes[0] : undefined;
  return `${state?.used}/${state?.reserved}`;
}
let looks = 0;

async function spend(limits: Limits, id: string, amounts: Amounts, limit: Limit, call: Call): Promise<void> {
  expect((await limits.admit(reservation(id, amounts, [limit]), call)).granted).toBe(true);
  await limits.settle(id, amounts, call);
}

/** What a crash would leave: the files as they are now. By another process: to open and close a file here gives up locks on it. */
function crashOf(file: string): string {
  const copy = temporaryFile();
  execFileSync('cp', [file, copy]);
  execFileSync('cp', [`${file}-wal`, `${copy}-wal`]);
  return copy;
}

describe('limits after a clean close', () => {
  it('have used to the unit what they had, in fixed, rolling and calendar windows', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    await spend(before.limits, 'a', { nanoUsd: 1_234 }, budget, NOW);
    await spend(before.limits, 'b', { requests: 4 }, rolling, at(5_000));
    await spend(before.limits, 'c', { requests: 3 }, rolling, at(25_000));
    await spend(before.limits, 'd', { nanoUsd: 77 }, month(0), NOW);
    await before.close();
    const { limits } = openStore({ file });
    expect(await counted(limits, budget, at(25_000))).toBe('1234/0');
    expect(await counted(limits, month(0), at(25_000))).toBe('77/0');
    expect(await counted(limits, rolling, at(65_000))).toBe('7/0');
    expect(await counted(limits, rolling, at(70_000))).toBe('3/0');
    expect(await counted(limits, rolling, at(90_000))).toBe('0/0');
  });

  it('carry over what was left of the month before', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    await spend(before.limits, 'a', { nanoUsd: 400 }, month(0), NOW);
    await before.close();
    const { limits } = openStore({ file });
    const next = month(30, { rollover: { from: T, most: 5_000 } });
    const answer = await limits.admit(reservation('b', {}, [next]), at(30 * DAY));
    expect(answer.granted && answer.scopes[0]?.max).toBe(1_600);
  });

  it('hold what was reserved, whichever way it expires, until it is settled or does', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    for (const onExpiry of ['doubt', 'spend', 'release'] as const) {
      const more = { onExpiry, expires: T + MINUTE };
      await before.limits.admit(reservation(onExpiry, { nanoUsd: 100 }, [budget], more), NOW);
    }
    await before.limits.extend('doubt', { nanoUsd: 11 }, T + MINUTE, NOW);
    await before.close();
    const between = sqliteStore({ file });
    expect(await counted(between.limits, budget, NOW)).toBe('0/311');
    await between.close();
    const { limits } = openStore({ file });
    expect((await limits.open(undefined, NOW)).items.map(({ id, amounts }) => [id, amounts.nanoUsd]).sort()).toEqual([
      ['doubt', 111],
      ['release', 100],
      ['spend', 100],
    ]);
    expect(await counted(limits, budget, at(MINUTE))).toBe('100/111');
    await limits.settle('doubt', { nanoUsd: 5 }, at(MINUTE));
    expect(await counted(limits, budget, at(MINUTE))).toBe('105/0');
    expect((await limits.open(undefined, at(MINUTE))).items).toEqual([]);
  });

  it('have no calls open any more', async () => {
    const file = temporaryFile();
    const before = sqliteStore({ file });
    await before.limits.admit(reservation('a', { concurrency: 1, nanoUsd: 5 }, [calls, budget]), NOW);
    await before.close();
    const { limits } = openStore({ file });
    expect(await counted(limits, calls, NOW)).toBe('0/0');
    expect((await limits.open(undefined, NOW)).items[0]?.scopes).toEqual([
      { scope: 'user:ann', limits: [calls, budget] },
    ]);
  });

  it('hold an extension in the window that it was asked for in', async () => {
    const file = temporaryFile();
    const minute: Limit = { id: 'tpm', counts: 'tokens', max: 100, window: MINUTE };
    const before = sqliteStore({ file });
    await before.limits.admit(reservation('a', { tokens: 90 }, [minute]), NOW);
    await before.limits.extend('a', { tokens: 30 }, T + 10 * DAY, at(MINUTE));
    await before.close();
    const { limits } = openStore({ file });
    expect(await counted(limits, minute, at(MINUTE))).toBe('0/30');
    await limits.settle('a', { tokens: 110 }, at(MINUTE));
    expect(await counted(limits, minute, at(MINUTE))).toBe('20/0');
  });
});

describe('limits after a crash', () => {
  it('hold a reservation in doubt that was granted, and list it', async () => {
    const file = temporaryFile();
    const before = openStore({ file });
    await before.limits.admit(reservation('a', { nanoUsd: 300 }, [budget]), NOW);
    const { limits } = openStore({ file: crashOf(file) });
    expect((await limits.open(undefined, NOW)).items).toEqual([reservation('a', { nanoUsd: 300 }, [budget])]);
    await limits.settle('a', { nanoUsd: 20 }, NOW);
    expect((await limits.open(undefined, NOW)).items).toEqual([]);
  });

  it('count what was leased as spent, and what was in doubt no more once it is settled', async () => {
    const file = temporaryFile();
    const before = openStore({ file });
    await spend(before.limits, 'a', { nanoUsd: 1_000 }, budget, NOW);
    const { limits } = openStore({ file: crashOf(file) });
    const used = Number((await counted(limits, budget, NOW)).split('/')[0]);
    expect(used).toBeGreaterThanOrEqual(1_000);
    expect(used).toBeLessThanOrEqual(1_000 + 4_000);
  });

  it('never let more through than the limit, at whichever moment the process ends', async () => {
    const hard: readonly Limit[] = [
      { id: 'rpm', counts: 'requests', max: 7, window: MINUTE },
      { id: 'day', counts: 'tokens', max: 1_000, window: DAY },
      { id: 'roll', counts: 'tokens', max: 300, window: MINUTE, slices: 4 },
    ];
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('admit' as const),
          tokens: fc.nat(200),
          kind: fc.constantFrom('doubt' as const, 'spend' as const, 'release' as const),
          ttl: fc.integer({ min: 1, max: 3 * MINUTE }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(20), tokens: fc.nat(250) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('extend' as const), which: fc.nat(20), tokens: fc.nat(60) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        let file = temporaryFile();
        let store = sqliteStore({ file, batchMs: 1 });
        let [ms, next] = [0, 0];
        const states = async (): Promise<readonly number[]> => {
          const found: number[] = [];
          for (const limit of hard) {
            const [used, reserved] = (await counted(store.limits, limit, at(ms))).split('/').map(Number);
            found.push(used! + reserved!);
          }
          return found;
        };
        const play = async (step: (typeof actions)[number]): Promise<Granted | Refused | undefined> => {
          if (step.do === 'admit') {
            const more = { onExpiry: step.kind, expires: T + ms + step.ttl };
            const amounts = { requests: 1, tokens: step.tokens };
            return store.limits.admit(reservation(`r${next++}`, amounts, hard, more), at(ms));
          }
          if (step.do === 'settle')
            return store.limits.settle(`r${step.which}`, { requests: 1, tokens: step.tokens }, at(ms));
          if (step.do === 'extend')
            return store.limits.extend(`r${step.which}`, { tokens: step.tokens }, T + ms + MINUTE, at(ms));
          if (step.do === 'wait') ms += step.ms;
          return undefined;
        };
        for (const step of actions) {
          await play(step);
          if (step.do !== 'crash' && step.do !== 'close') continue;
          const before = await states();
          const copy = step.do === 'crash' ? crashOf(file) : file;
          await store.close();
          file = copy;
          store = sqliteStore({ file, batchMs: 1 });
          const after = await states();
          for (const [index, level] of after.entries()) {
            if (step.do === 'close') expect(level).toBe(before[index]);
            else expect(level).toBeGreaterThanOrEqual(before[index]!);
            // Beyond the limit is only what was used beyond its reservation.
            expect(level).toBeLessThanOrEqual(Math.max(hard[index]!.max, before[index]!));
          }
        }
        await store.close();
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('marks that are set ahead', () => {
  it('let a reservation through without waiting for the file', async () => {
    const store = openStore({ batchMs: 1_000 });
    const wide: Limit = { ...budget, max: 1_000_000 };
    const first = store.limits.admit(reservation('a', { nanoUsd: 1 }, [wide], { onExpiry: 'spend' }), NOW);
    await store.flush();
    await first;
    let isGranted = false;
    const second = store.limits.admit(reservation('b', { nanoUsd: 1 }, [wide], { onExpiry: 'spend' }), NOW).then(() => {
      isGranted = true;
    });
    await new Promise(setImmediate);
    expect(isGranted).toBe(true);
    await second;
  });

  it('are refused what is not below 2^53, and hold what is just below', async () => {
    const file = temporaryFile();
    const huge: Limit = { ...budget, max: Number.MAX_SAFE_INTEGER };
    const before = sqliteStore({ file });
    await spend(before.limits, 'a', { nanoUsd: Number.MAX_SAFE_INTEGER }, huge, NOW);
    await expect(before.limits.admit(reservation('b', { nanoUsd: 2 ** 53 }, [huge]), NOW)).rejects.toThrow(RangeError);
    await before.close();
    const { limits } = openStore({ file });
    expect(await counted(limits, huge, NOW)).toBe(`${Number.MAX_SAFE_INTEGER}/0`);
  });
});
