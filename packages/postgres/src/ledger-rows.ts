import type { AttemptRecord } from '@postern/core';
import { numberOf } from './numbers.ts';
import { rawOf, textOf } from './text.ts';

/** A record as it goes into the table: what is looked for or added up in columns, all else in `rest`. */
export interface LedgerRow {
  readonly attempt: string;
  readonly request: string;
  readonly started_at: number;
  readonly ended_at: number;
  readonly scopes: readonly string[];
  readonly model: string;
  readonly provider: string;
  readonly deployment: string;
  /** Nano-dollars as decimal text; null: without a price. */
  readonly cost: string | null;
  readonly usage_names: readonly string[];
  readonly usage_units: readonly number[];
  /** JSON text: as a part of other JSON, PostgreSQL would read its strings, and refuse U+0000 in them. */
  readonly rest: string;
}

/** The row of a record. Members that the port does not know are kept. Throws RangeError for moments that are no numbers. */
export function rowOf(record: AttemptRecord): LedgerRow {
  const { attempt, request, startedAt, endedAt, scopes, modelServed, provider, deployment, usage, cost, ...others } =
    record;
  if (!(Number.isFinite(startedAt) && Number.isFinite(endedAt)))
    throw new RangeError('The start and the end of an attempt must be milliseconds since the epoch.');
  const price = others.unpriced === true ? null : priceIn(cost);
  const units = Object.entries(usage ?? {}).filter(([, count]) => Number.isSafeInteger(count));
  const isPlain = usage !== undefined && units.length === Object.keys(usage).length;
  return {
    attempt: textOf(attempt),
    request: textOf(request),
    started_at: startedAt,
    ended_at: endedAt,
    scopes: scopes.map(textOf),
    model: textOf(modelServed),
    provider: textOf(provider),
    deployment: textOf(deployment),
    cost: price,
    usage_names: units.map(([name]) => textOf(name)),
    usage_units: units.map(([, count]) => count),
    rest: JSON.stringify({
      ...others,
      ...(price === cost ? {} : { cost }),
      ...(isPlain ? {} : { usage: usage ?? null }),
    }),
  };
}

/** Nano-dollars in canonical form. What can't be read, or is longer than any sum of money, is no price: it counts as without, never as 0. */
function priceIn(cost: string | undefined): string | null {
  return cost !== undefined && /^[0-9]{1,38}$/.test(cost) ? String(BigInt(cost)) : null;
}

/** A row as the table gives it. */
export type ReadRow = Omit<LedgerRow, 'usage_units' | 'rest'> & {
  readonly usage_units: readonly string[];
  readonly rest: Readonly<Record<string, unknown>>;
};

/** The record that a row was made of. */
export function recordOf(row: ReadRow): AttemptRecord {
  const { usage = unitsOf(row), cost = row.cost, ...others } = row.rest;
  return {
    ...(others as Omit<AttemptRecord, keyof ReadRow>),
    attempt: rawOf(row.attempt),
    request: rawOf(row.request),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    scopes: row.scopes.map(rawOf),
    modelServed: rawOf(row.model),
    provider: rawOf(row.provider),
    deployment: rawOf(row.deployment),
    ...(usage === null ? {} : { usage: usage as Record<string, number> }),
    ...(cost === null ? {} : { cost: cost as string }),
  };
}

const unitsOf = ({ usage_names, usage_units }: ReadRow): Record<string, number> =>
  Object.fromEntries(usage_names.map((name, index) => [rawOf(name), numberOf(usage_units[index] ?? 0)]));
