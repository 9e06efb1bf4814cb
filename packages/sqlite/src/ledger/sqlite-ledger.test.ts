import type { AttemptRecord, Call } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../../test/kit/sqlite-store.ts';

const T = 1_767_225_600_000;
const NOW: Call = { now: T, deadline: T + 60_000 };
const MAX = Number.MAX_SAFE_INTEGER;

const attempt = (id: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attempt: id,
  request: 'r',
  startedAt: T,
  endedAt: T,
  scopes: ['user:ann', 'team:a'],
  caller: 'ann',
  operation: 'chat',
  modelAsked: 'smart',
  modelServed: 'acme/big',
  provider: 'acme',
  deployment: 'smart#0',
  outcome: 'ok',
  cost: '1',
  ...more,
});

describe('the ledger in a file', () => {
  it('takes costs, times and units up to 2^53 - 1 exactly, and refuses what is beyond with the whole call', async () => {
    const { ledger } = openStore();
    const huge = attempt('huge', { startedAt: MAX, endedAt: MAX, cost: String(MAX), usage: { input: MAX } });
    await ledger.append([huge], NOW);
    const wrong: Partial<AttemptRecord>[] = [
      { cost: String(2n ** 53n) },
      { cost: '1.5' },
      { cost: '-1' },
      { cost: '1e3' },
      { cost: '' },
      { startedAt: 2 ** 53 },
      { startedAt: 0.5 },
      { endedAt: Number.NaN },
    ];
    for (const more of wrong)
      await expect(ledger.append([attempt('ok'), attempt('bad', more)], NOW)).rejects.toThrow(RangeError);
    expect((await ledger.list({}, undefined, NOW)).items).toEqual([huge]);
  });

  it('adds up beyond 2^63 exactly', async () => {
    const { ledger } = openStore();
    const records = Array.from({ length: 1_100 }, (_, index) =>
      attempt(`a${index}`, { cost: String(MAX), usage: { input: MAX } }),
    );
    await ledger.append(records, NOW);
    const sum = BigInt(MAX) * 1_100n;
    expect(sum > 2n ** 63n).toBe(true);
    expect(await ledger.totals({}, ['model'], NOW)).toEqual([
      { by: { model: 'acme/big' }, attempts: 1_100, usage: { input: sum }, cost: sum, unpriced: 0 },
    ]);
  });

  it('adds up records that lie in several pieces as one, by scope too', async () => {
    const { ledger } = openStore();
    await ledger.append(
      Array.from({ length: 2_500 }, (_, index) => attempt(`a${index}`, { usage: { input: 2 } })),
      NOW,
    );
    const totals = await ledger.totals({}, ['scope'], NOW);
    expect(totals.map(({ by, attempts, usage }) => [by.scope, attempts, usage.input]).sort()).toEqual([
      ['team:a', 2_500, 5_000n],
      ['user:ann', 2_500, 5_000n],
    ]);
  });

  it('leaves units out of the sums that are no integers, and keeps them in the record', async () => {
    const { ledger } = openStore();
    const odd = attempt('odd', { usage: { seconds: 1.5, huge: 2 ** 60, input: 3 } });
    await ledger.append([odd], NOW);
    expect((await ledger.totals({}, [], NOW))[0]?.usage).toEqual({ input: 3n });
    expect((await ledger.list({}, undefined, NOW)).items).toEqual([odd]);
  });

  it('counts a record with a scope twice in its list once for it', async () => {
    const { ledger } = openStore();
    await ledger.append([attempt('a', { scopes: ['s', 's'] })], NOW);
    expect((await ledger.list({ scope: 's' }, undefined, NOW)).items).toHaveLength(1);
  });

  it('does not list under its scope what was purged, and gives its number to no other record', async () => {
    const { ledger } = openStore();
    await ledger.append(
      Array.from({ length: 1_500 }, (_, index) => attempt(`a${index}`, { endedAt: T + index })),
      NOW,
    );
    expect(await ledger.purge(T + 1_400, NOW)).toBe(1_400);
    await ledger.append([attempt('new', { scopes: ['other'] })], NOW);
    const left = (await ledger.list({ scope: 'team:a' }, undefined, NOW)).items;
    expect(left.map((record) => record.attempt)).toEqual(
      Array.from({ length: 100 }, (_, index) => `a${1_400 + index}`),
    );
  });

  it('lets other work go on while it adds up', async () => {
    const { ledger } = openStore();
    await ledger.append(
      Array.from({ length: 5_000 }, (_, index) => attempt(`a${index}`)),
      NOW,
    );
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    await ledger.totals({}, ['day', 'scope'], NOW);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
