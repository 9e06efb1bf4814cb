import type { LedgerDimension, LedgerFilter, Total } from '@postern/core';
import type { Statement } from './connections.ts';
import { conditionOf } from './ledger-filter.ts';
import { rawOf, textOf } from './text.ts';

/** The expression of each dimension. */
const EXPRESSIONS: Readonly<Record<LedgerDimension, string>> = {
  day: `to_char(to_timestamp(started_at / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
  scope: 'scope',
  model: 'model',
  provider: 'provider',
  deployment: 'deployment',
};

/** One sum: of a group, or (with `name`) of one class of its usage. Numbers as decimal text. */
export interface SumRow {
  readonly values: readonly (string | null)[];
  readonly name: string | null;
  readonly units: string | null;
  readonly attempts: string;
  readonly cost: string;
  readonly unpriced: string;
}

/** The sums of a filter by dimensions: of groups in the order in which they appear first, then of their usage. Throws RangeError for an unknown dimension. */
export function totalsStatement(schema: string, filter: LedgerFilter, by: readonly LedgerDimension[]): Statement {
  const values: unknown[] = [];
  const where = conditionOf(filter, values);
  const key = `ARRAY[${by.map(expressionOf).join(', ')}]::text[]`;
  const only = filter.scope === undefined ? '' : `WHERE scope = $${values.push(textOf(filter.scope))}`;
  // By scope, a record counts in each of its scopes, or once where it has none.
  const scopes = by.includes('scope')
    ? `LEFT JOIN LATERAL (SELECT scope FROM unnest(scopes) AS scope ${only}) AS of_scope ON true`
    : '';
  const text = `
    WITH found AS MATERIALIZED (
      SELECT ${key} AS values, sequence, cost, usage_names, usage_units FROM ${schema}.ledger ${scopes} WHERE ${where}
    )
    SELECT values, NULL AS name, NULL AS units, count(*) AS attempts, coalesce(sum(cost), 0)::text AS cost,
      count(*) FILTER (WHERE cost IS NULL) AS unpriced, min(sequence) AS place
    FROM found GROUP BY values
    UNION ALL
    SELECT values, name, sum(units)::text, 0, '0', 0, NULL
    FROM found, unnest(usage_names, usage_units) AS used(name, units) GROUP BY values, name
    ORDER BY place NULLS LAST`;
  return { text, values: by.includes('scope') ? values : values.slice(0, only === '' ? undefined : -1) };
}

function expressionOf(dimension: LedgerDimension): string {
  if (Object.hasOwn(EXPRESSIONS, dimension)) return EXPRESSIONS[dimension];
  throw new RangeError(`The ledger has no totals by ${JSON.stringify(dimension)}.`);
}

/** Totals out of their sums. */
export function totalsOf(rows: readonly SumRow[], by: readonly LedgerDimension[]): readonly Total[] {
  const totals = new Map<string, Total & { readonly usage: Record<string, bigint> }>();
  for (const { values, name, units, attempts, cost, unpriced } of rows) {
    const key = JSON.stringify(values);
    if (name === null) {
      const named = by.flatMap((dimension, index) => {
        const value = values[index];
        return value === undefined || value === null ? [] : [[dimension, rawOf(value)]];
      });
      const sums = { attempts: Number(attempts), cost: BigInt(cost), unpriced: Number(unpriced) };
      totals.set(key, { by: Object.fromEntries(named), usage: {}, ...sums });
    } else {
      const usage = totals.get(key)?.usage;
      // Not by assignment: a class may be called __proto__.
      if (usage !== undefined)
        Object.defineProperty(usage, rawOf(name), { value: BigInt(units ?? 0), enumerable: true });
    }
  }
  return [...totals.values()];
}
