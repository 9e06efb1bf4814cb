import type { AttemptRecord, LedgerDimension, LedgerFilter, ScopeId, Total } from './store.ts';

/** Does a record pass the filter? See {@link LedgerFilter} for the fields. */
export function matches(filter: LedgerFilter, record: AttemptRecord): boolean {
  return (
    (filter.from === undefined || record.startedAt >= filter.from) &&
    (filter.to === undefined || record.startedAt < filter.to) &&
    (filter.scope === undefined || record.scopes.includes(filter.scope)) &&
    (filter.model === undefined || record.modelServed === filter.model) &&
    (filter.request === undefined || record.request === filter.request)
  );
}

interface Sum {
  readonly by: Readonly<Partial<Record<LedgerDimension, string>>>;
  attempts: number;
  readonly usage: Map<string, bigint>;
  cost: bigint;
  unpriced: number;
}

/**
 * Sums of records by dimensions, in the order in which the groups first appear. By `scope`, a record counts in each of
 * its scopes, or only in `only`.
 */
export function totalsOf(
  records: Iterable<AttemptRecord>,
  by: readonly LedgerDimension[],
  only?: ScopeId,
): readonly Total[] {
  const sums = new Map<string, Sum>();
  for (const record of records) {
    const scopes = by.includes('scope') ? record.scopes.filter((scope) => only === undefined || scope === only) : [];
    for (const scope of scopes.length === 0 ? [undefined] : scopes) add(sums, record, by, scope);
  }
  return [...sums.values()].map((sum) => ({ ...sum, usage: Object.fromEntries(sum.usage) }));
}

function add(
  sums: Map<string, Sum>,
  record: AttemptRecord,
  by: readonly LedgerDimension[],
  scope: ScopeId | undefined,
): void {
  const values = by.map((dimension) => dimensionOf(record, dimension, scope));
  const key = JSON.stringify(values);
  let sum = sums.get(key);
  if (sum === undefined) {
    const named = by.flatMap((dimension, index) => (values[index] === undefined ? [] : [[dimension, values[index]]]));
    sum = { by: Object.fromEntries(named), attempts: 0, usage: new Map(), cost: 0n, unpriced: 0 };
    sums.set(key, sum);
  }
  sum.attempts += 1;
  addUsage(sum.usage, record.usage ?? {});
  const cost = costOf(record);
  if (cost === undefined) sum.unpriced += 1;
  else sum.cost += cost;
}

function dimensionOf(
  record: AttemptRecord,
  dimension: LedgerDimension,
  scope: ScopeId | undefined,
): string | undefined {
  if (dimension === 'day') return new Date(record.startedAt).toISOString().slice(0, 10);
  if (dimension === 'scope') return scope;
  if (dimension === 'model') return record.modelServed;
  return record[dimension];
}

function addUsage(usage: Map<string, bigint>, of: Readonly<Record<string, number>>): void {
  for (const [name, units] of Object.entries(of)) {
    if (Number.isSafeInteger(units)) usage.set(name, (usage.get(name) ?? 0n) + BigInt(units));
  }
}

/** Nano-dollars; undefined when the attempt has no price, or none that can be read: never 0 in silence. */
function costOf(record: AttemptRecord): bigint | undefined {
  const { cost } = record;
  return record.unpriced !== true && cost !== undefined && /^[0-9]+$/.test(cost) ? BigInt(cost) : undefined;
}
