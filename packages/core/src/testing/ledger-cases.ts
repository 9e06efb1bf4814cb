import type { AttemptRecord, Ledger, LedgerFilter } from '../index.ts';
import { equal, ok } from './assert.ts';
import { attempt, HOUR, NOW, type StoreCase } from './store-setting.ts';

const DAY = 86_400_000;

async function everything(ledger: Ledger, filter: LedgerFilter = {}): Promise<AttemptRecord[]> {
  const records: AttemptRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.list(filter, cursor, NOW);
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && records.length < 10_000);
  return records;
}

const idsOf = (records: readonly AttemptRecord[]): string[] => records.map((record) => record.attempt);

/** What was attempted, and what it cost. */
export const ledgerCases: readonly StoreCase[] = [
  [
    'a record comes back as it was appended',
    async ({ ledger }) => {
      const full = attempt('a', 0, {
        firstTokenAt: HOUR + 100,
        status: 200,
        estimated: true,
        faultKind: 'timeout',
        outcome: 'fault',
      });
      const bare = attempt('b', 1, { usage: {}, unpriced: true, scopes: [] });
      await ledger.append([full, bare], NOW);
      equal(await everything(ledger), [full, bare], 'list');
    },
  ],
  [
    'appending is idempotent by attempt: the first one stays',
    async ({ ledger }) => {
      const first = attempt('a', 0);
      await ledger.append([first, attempt('a', 5, { cost: '7' })], NOW);
      await ledger.append([attempt('a', 9), attempt('b', 9)], NOW);
      equal(await everything(ledger), [first, attempt('b', 9)], 'list');
    },
  ],
  [
    'records are listed in the order of appending, page by page, each once',
    async ({ ledger }) => {
      const records = Array.from({ length: 250 }, (_, index) => attempt(`a${index}`, 1_000 - index));
      for (let index = 0; index < 250; index += 50) await ledger.append(records.slice(index, index + 50), NOW);
      equal(idsOf(await everything(ledger)), idsOf(records), 'list');
    },
  ],
  [
    'a page can be asked for again after more was appended',
    async ({ ledger }) => {
      await ledger.append(
        Array.from({ length: 150 }, (_, index) => attempt(`a${index}`, index)),
        NOW,
      );
      const { next } = await ledger.list({}, undefined, NOW);
      ok(next !== undefined, 'a first page of 150 has a next one, or pages have more than 149 items');
      const before = await ledger.list({}, next, NOW);
      await ledger.append([attempt('late', 0)], NOW);
      const after = await ledger.list({}, next, NOW);
      equal(idsOf(after.items), [...idsOf(before.items), 'late'], 'page');
    },
  ],
  [
    'filters take the beginning of a time span and not its end, scope, model and request',
    async ({ ledger }) => {
      const records = [
        attempt('a', 0),
        attempt('b', 10, { scopes: ['user:bob', 'team:a'] }),
        attempt('c', 20, { modelServed: 'acme/small', request: 'r' }),
      ];
      await ledger.append(records, NOW);
      const found = async (filter: LedgerFilter) => idsOf(await everything(ledger, filter)).join('');
      equal(await found({ from: HOUR + 10 }), 'bc', 'from');
      equal(await found({ to: HOUR + 10 }), 'a', 'to');
      equal(await found({ scope: 'team:a' }), 'b', 'scope');
      equal(await found({ model: 'acme/small' }), 'c', 'model');
      equal(await found({ request: 'r' }), 'c', 'request');
      equal(await found({ from: HOUR + 10, scope: 'user:ann' }), 'c', 'two of them');
      equal(await found({ scope: 'team' }), '', 'part of a scope');
    },
  ],
  [
    'totals add up attempts, usage and cost, and count what has no price instead of taking it for free',
    async ({ ledger }) => {
      const unpriced = attempt('c', 2, { usage: { input: 1, cached: 4 }, unpriced: true });
      const { cost: _, ...free } = unpriced;
      await ledger.append([attempt('a', 0), attempt('b', 1, { cost: '5' }), free], NOW);
      const expected = {
        by: {},
        attempts: 3,
        usage: { input: 21n, output: 10n, cached: 4n },
        cost: 1005n,
        unpriced: 1,
      };
      equal(await ledger.totals({}, [], NOW), [expected], 'totals');
    },
  ],
  [
    'totals are exact beyond 2^53',
    async ({ ledger }) => {
      const huge = Number.MAX_SAFE_INTEGER;
      await ledger.append(
        ['a', 'b', 'c'].map((id) => attempt(id, 0, { cost: String(huge), usage: { input: huge } })),
        NOW,
      );
      const [total] = await ledger.totals({}, [], NOW);
      equal([total?.cost, total?.usage.input], [27_021_597_764_222_973n, 27_021_597_764_222_973n], 'totals');
    },
  ],
  [
    'totals go by day (UTC), model, provider and deployment',
    async ({ ledger }) => {
      await ledger.append(
        [
          attempt('a', 0, { cost: '1' }),
          attempt('b', DAY - 1, { cost: '2', modelServed: 'acme/small', deployment: 'smart#1' }),
          attempt('c', DAY, { cost: '4', provider: 'globex' }),
        ],
        NOW,
      );
      const costs = async (...by: ('day' | 'model' | 'provider' | 'deployment')[]) =>
        (await ledger.totals({}, by, NOW))
          .map((total) => `${by.map((name) => total.by[name]).join(' ')}=${total.cost}`)
          .sort();
      equal(await costs('day'), ['2026-01-01=3', '2026-01-02=4'], 'day');
      equal(await costs('model'), ['acme/big=5', 'acme/small=2'], 'model');
      equal(await costs('provider'), ['acme=3', 'globex=4'], 'provider');
      equal(
        await costs('deployment', 'day'),
        ['smart#0 2026-01-01=1', 'smart#0 2026-01-02=4', 'smart#1 2026-01-01=2'],
        'two of them',
      );
    },
  ],
  [
    'by scope, a record counts in each of its scopes, or in the one that is asked for',
    async ({ ledger }) => {
      await ledger.append(
        [
          attempt('a', 0, { cost: '1', scopes: ['user:ann', 'team:a'] }),
          attempt('b', 0, { cost: '2', scopes: ['user:bob', 'team:a'] }),
        ],
        NOW,
      );
      const costs = async (filter: LedgerFilter) =>
        (await ledger.totals(filter, ['scope'], NOW)).map((total) => `${total.by.scope}=${total.cost}`).sort();
      equal(await costs({}), ['team:a=3', 'user:ann=1', 'user:bob=2'], 'all');
      equal(await costs({ scope: 'team:a' }), ['team:a=3'], 'one');
    },
  ],
  [
    'totals take the filters of the list',
    async ({ ledger }) => {
      await ledger.append([attempt('a', 0, { cost: '1' }), attempt('b', 10, { cost: '2' })], NOW);
      const cost = async (filter: LedgerFilter) => (await ledger.totals(filter, [], NOW))[0]?.cost;
      equal([await cost({ from: HOUR + 10 }), await cost({ to: HOUR + 10 })], [2n, 1n], 'by time');
      equal(
        [await cost({ request: 'request-of-a' }), await cost({ model: 'none' })],
        [1n, undefined],
        'by request and model',
      );
    },
  ],
  [
    'there are no totals of nothing',
    async ({ ledger }) => {
      equal(await ledger.totals({}, ['day'], NOW), [], 'totals');
    },
  ],
  [
    'purging removes what ended before, and says how much',
    async ({ ledger }) => {
      await ledger.append([attempt('a', 0), attempt('b', 1_000), attempt('c', 2_000)], NOW);
      equal(await ledger.purge(HOUR + 1_500, NOW), 1, 'purged');
      equal(idsOf(await everything(ledger)), ['b', 'c'], 'left');
      equal(await ledger.purge(HOUR + 1_500, NOW), 0, 'purged again');
    },
  ],
];
