import type { AttemptRecord, LedgerDimension, LedgerFilter, ScopeId, Total } from './store.ts';

/** Does a record pass the filter of a ledger? See {@link LedgerFilter} for the fields. */
export function matchesFilter(filter: LedgerFilter, record: AttemptRecord): boolean {
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

/** Sums of records by dimensions, added one by one, so that not all have to be at hand. In bigint: totals go beyond 2^53. */
export class LedgerTotals {
  readonly #by: readonly LedgerDimension[];
  readonly #only: ScopeId | undefined;
  readonly #sums = new Map<string, Sum>();

  /** @param only by `scope`, a record counts in each of its scopes, or only in this one */
  constructor(by: readonly LedgerDimension[], only: ScopeId | undefined) {
    this.#by = by;
    this.#only = only;
  }

  add(record: AttemptRecord): void {
    const only = this.#only;
    const scopes = this.#by.includes('scope')
      ? record.scopes.filter((scope) => only === undefined || scope === only)
      : [];
    if (scopes.length === 0) this.#addTo(undefined, record);
    for (const scope of scopes) this.#addTo(scope, record);
  }

  /** In the order in which the groups first appeared. */
  all(): readonly Total[] {
    return [...this.#sums.values()].map((sum) => ({ ...sum, usage: Object.fromEntries(sum.usage) }));
  }

  #addTo(scope: ScopeId | undefined, record: AttemptRecord): void {
    const sum = this.#sumOf(this.#by.map((dimension) => dimensionOf(record, dimension, scope)));
    sum.attempts += 1;
    addUsage(sum.usage, record.usage ?? {});
    const cost = costOf(record);
    if (cost === undefined) sum.unpriced += 1;
    else sum.cost += cost;
  }

  #sumOf(values: readonly (string | undefined)[]): Sum {
    const key = JSON.stringify(values);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const named = this.#by.flatMap((dimension, index) =>
        values[index] === undefined ? [] : [[dimension, values[index]]],
      );
      sum = { by: Object.fromEntries(named), attempts: 0, usage: new Map(), cost: 0n, unpriced: 0 };
      this.#sums.set(key, sum);
    }
    return sum;
  }
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
