import type { AttemptRecord, LedgerDimension, LedgerFilter, ScopeId, Total } from '@postern/core';

/** Does a record pass the filter? See {@link LedgerFilter} for the fields. */
export function matches(filter: LedgerFilter, record: AttemptRecord): boolean {
  const { from, to, scope, model, request } = filter;
  return (
    (from === undefined || record.startedAt >= from) &&
    (to === undefined || record.startedAt < to) &&
    (scope === undefined || record.scopes.includes(scope)) &&
    (model === undefined || record.modelServed === model) &&
    (request === undefined || record.request === request)
  );
}

interface Sum {
  readonly by: Total['by'];
  attempts: number;
  readonly usage: Map<string, bigint>;
  cost: bigint;
  unpriced: number;
}

/** Adds up records one by one, so that not all have to be at hand. In bigint: totals go beyond 2^53. */
export class Totals {
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
    const named = this.#by.map((dimension) => [dimension, dimensionOf(record, dimension, scope)] as const);
    const key = JSON.stringify(named.map(([, value]) => value ?? null));
    const sum = this.#sums.get(key) ?? {
      by: Object.fromEntries(named.filter(([, value]) => value !== undefined)),
      attempts: 0,
      usage: new Map<string, bigint>(),
      cost: 0n,
      unpriced: 0,
    };
    this.#sums.set(key, sum);
    sum.attempts += 1;
    for (const [name, units] of Object.entries(record.usage ?? {}))
      if (Number.isSafeInteger(units)) sum.usage.set(name, (sum.usage.get(name) ?? 0n) + BigInt(units));
    const { cost } = record;
    // What has no price, or none that can be read, is never taken for free.
    if (record.unpriced === true || cost === undefined || !/^[0-9]+$/.test(cost)) sum.unpriced += 1;
    else sum.cost += BigInt(cost);
  }
}

function dimensionOf(record: AttemptRecord, by: LedgerDimension, scope: ScopeId | undefined): string | undefined {
  if (by === 'day') return new Date(record.startedAt).toISOString().slice(0, 10);
  if (by === 'scope') return scope;
  return by === 'model' ? record.modelServed : record[by];
}
