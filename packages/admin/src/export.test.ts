import { type AttemptRecord, memoryStore } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { adminRouter, type ExportFormat, type ExportOptions, exportLedger } from './index.ts';

const T = Date.UTC(2026, 0, 31, 23, 59, 58, 250);
const NOW = { now: T, deadline: T + 1_000 };

function record(attempt: string, more: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt,
    request: `request-${attempt}`,
    startedAt: T,
    endedAt: T + 3_000,
    scopes: ['caller:k1', 'team:research', 'tag:nightly'],
    caller: 'k1',
    operation: 'chat',
    modelAsked: 'smart',
    modelServed: 'acme/big',
    provider: 'acme',
    deployment: 'smart#0',
    outcome: 'ok',
    usage: { input: 10, cacheRead: 5, output: 7, inputSeconds: 3 },
    cost: '1500001',
    ...more,
  };
}

async function exported(
  records: readonly AttemptRecord[],
  format: ExportFormat,
  more: Partial<ExportOptions> = {},
): Promise<string> {
  const { ledger } = memoryStore();
  await ledger.append(records, NOW);
  let text = '';
  for await (const chunk of exportLedger(ledger, { format, ...more })) text += chunk;
  return text;
}

/** RFC 4180, read by a reader of its own. */
function rows(text: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') lines.push([]);
  }
  const [header = [], ...rest] = lines.slice(0, -1);
  return rest.map((line) => {
    expect(line).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, index) => [name, line[index]!]));
  });
}

describe('the ledger as a file', () => {
  it('has each attempt once, over all pages, in its order', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `a${index}`);
    const records = ids.map((id) => record(id));
    expect(rows(await exported(records, 'csv')).map((row) => row['attempt'])).toEqual(ids);
    expect(rows(await exported(records, 'focus')).map((row) => row['x_AttemptId'])).toEqual(ids);
    const lines = (await exported(records, 'jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(records);
  });

  it('has the header only when there is nothing', async () => {
    expect((await exported([], 'csv')).split('\r\n')).toHaveLength(2);
    expect(await exported([], 'jsonl')).toBe('');
  });

  it('takes the filter', async () => {
    const records = [record('a'), record('b', { scopes: ['team:sales'] }), record('c', { startedAt: T + 86_400_000 })];
    const filter = { scope: 'team:research', to: T + 1 };
    expect(rows(await exported(records, 'csv', { filter })).map((row) => row['attempt'])).toEqual(['a']);
  });

  it('says money exactly, and never 0 for a price that is not known', async () => {
    const records = [
      record('a', { cost: '123456789012345678901' }),
      record('b', { cost: '1' }),
      record('c', { unpriced: true }),
      record('d', { cost: '0' }),
    ];
    const costs = rows(await exported(records, 'csv')).map((row) => [row['cost_usd'], row['unpriced']]);
    expect(costs).toEqual([
      ['123456789012.345678901', 'false'],
      ['0.000000001', 'false'],
      ['', 'true'],
      ['0', 'false'],
    ]);
    const focus = rows(await exported(records, 'focus')).map((row) => [row['BilledCost'], row['x_Unpriced']]);
    expect(focus).toEqual([
      ['123456789012.345678901', 'false'],
      ['0.000000001', 'false'],
      ['', 'true'],
      ['0', 'false'],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r\n=1', '＝1'])(
    'writes the text %j so that no spreadsheet runs it',
    async (text) => {
      const hostile = record('a', { modelAsked: text, caller: `${text},"x"` });
      const line = await exported([hostile], 'csv');
      expect(rows(line)[0]).toMatchObject({ model_asked: `'${text}`, caller: `'${text},"x"` });
    },
  );

  it('leaves other texts as they are, whatever is in them', async () => {
    for (const text of ['a,b', 'a"b', 'a\r\nb', ' a ', "O'Brien", 'ä=1', ''])
      expect(rows(await exported([record('a', { caller: text })], 'csv'))[0]).toMatchObject({ caller: text });
  });
});

/** https://focus.finops.org/focus-specification/v1-0/: columns with feature level Mandatory. */
const MANDATORY = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
];

describe('FOCUS 1.0', () => {
  it('has every mandatory column, in the values that it allows', async () => {
    const [row] = rows(await exported([record('a')], 'focus', { account: { id: 'acme-llm' } }));
    for (const column of MANDATORY) expect(row).toHaveProperty(column);
    expect(row).toMatchObject({
      BilledCost: '0.001500001',
      BillingAccountId: 'acme-llm',
      BillingCurrency: 'USD',
      BillingPeriodStart: '2026-01-01T00:00:00Z',
      BillingPeriodEnd: '2026-02-01T00:00:00Z',
      ChargeCategory: 'Usage',
      ChargeClass: '',
      ChargePeriodStart: '2026-01-31T23:59:58Z',
      ChargePeriodEnd: '2026-02-01T00:00:02Z',
      ConsumedQuantity: '22',
      ConsumedUnit: 'Tokens',
      ServiceCategory: 'AI and Machine Learning',
      ServiceName: 'acme/big',
      SubAccountId: 'research',
    });
    expect(JSON.parse(row!['Tags']!)).toEqual({ 'postern/caller': 'k1', 'postern/team': 'research', nightly: true });
    const custom = Object.keys(row!).filter((name) => name.includes('_'));
    expect(custom.every((name) => name.startsWith('x_'))).toBe(true);
  });

  it('counts what has no tokens by the request', async () => {
    const [row] = rows(await exported([record('a', { usage: { outputImages: 2 } })], 'focus'));
    expect(row).toMatchObject({
      ConsumedQuantity: '1',
      ConsumedUnit: 'Requests',
      PricingQuantity: '1',
      PricingUnit: 'Requests',
    });
  });
});

describe('the export over the API', () => {
  const adminOf = (store = memoryStore()) => ({
    store,
    admin: adminRouter(store, { authorize: () => ({ actor: 'a', role: 'viewer' }) }),
  });

  it('is a file of its format', async () => {
    const { store, admin } = adminOf();
    await store.ledger.append([record('a')], NOW);
    const types = { csv: 'text/csv', jsonl: 'application/jsonl', focus: 'text/csv' };
    for (const [format, type] of Object.entries(types)) {
      const response = await admin.fetch(
        new Request(`http://x/spend/export?format=${format}&from=2026-01-01&to=2026-02-01T00:00:00Z`),
      );
      expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="spend\.(csv|jsonl)"$/);
      expect(await response.text()).toContain('acme/big');
    }
    expect((await admin.fetch(new Request('http://x/spend/export?format=xlsx'))).status).toBe(400);
    expect((await admin.fetch(new Request('http://x/spend/export'))).status).toBe(400);
  });

  it('reads a page only when it is taken', async () => {
    const { store } = adminOf();
    await store.ledger.append(
      Array.from({ length: 1_000 }, (_, index) => record(`a${index}`)),
      NOW,
    );
    let pages = 0;
    const list: typeof store.ledger.list = (...given) => {
      pages += 1;
      return store.ledger.list(...given);
    };
    const ledger = { ...store.ledger, list } as typeof store.ledger;
    const chunks = exportLedger(ledger, { format: 'jsonl' });
    await chunks.next();
    expect(pages).toBe(1);
    await chunks.return();
    expect(pages).toBe(1);
  });

  it('sums by dimensions, what is beyond 2^53 exactly', async () => {
    const { store, admin } = adminOf();
    await store.ledger.append(
      [record('a', { cost: '9007199254740993' }), record('b', { cost: '2' }), record('c', { unpriced: true })],
      NOW,
    );
    const get = async (query: string) =>
      (await (await admin.fetch(new Request(`http://x/spend${query}`))).json()) as { data: unknown[] };
    const sum = {
      attempts: 3,
      unpriced: 1,
      nanoUsd: '9007199254740995',
      usd: '9007199.254740995',
      usage: { input: '30', cacheRead: '15', output: '21', inputSeconds: '9' },
    };
    expect((await get('')).data).toEqual([sum]);
    expect((await get('?by=day,model')).data).toEqual([{ day: '2026-01-31', model: 'acme/big', ...sum }]);
    expect((await get('?scope=team:sales')).data).toEqual([]);
    expect((await get('/attempts?limit=2')).data).toHaveLength(2);
    for (const query of [
      '?by=colour',
      '?by=',
      '?from=yesterday',
      '?scope=ann',
      '?from=2026-13-01',
      '?model=%27%20OR%201',
    ])
      expect((await admin.fetch(new Request(`http://x/spend${query}`))).status).toBe(400);
  });
});
