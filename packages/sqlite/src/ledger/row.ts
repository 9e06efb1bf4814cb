import type { AttemptRecord } from '@postern/core';
import type { Value } from '../open-database.ts';
import { toColumn } from '../text.ts';

/** A record on its way into the file. */
export interface Row {
  /** As {@link INSERT} takes them. */
  readonly values: readonly Value[];
  readonly scopes: readonly string[];
}

/** Takes the values of a {@link Row}; the first record of an attempt stays. */
export const INSERT = `
  INSERT INTO attempts (attempt, request, started_at, ended_at, model, provider, deployment, cost, scopes, usage, record)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (attempt) DO NOTHING`;

/**
 * Checks a record and makes the row of it. `record` in it is all of it; the other columns are for finding and adding up. (SQLite's own
 * reading of JSON sees those only: out of an escaped half of a surrogate pair it makes bytes that are no text, on which the driver ends the process.)
 * @throws RangeError for times and costs that are no integers below 2^53: they could not be added up exactly
 */
export function rowOf(record: AttemptRecord): Row {
  for (const name of ['startedAt', 'endedAt'] as const) {
    if (!Number.isSafeInteger(record[name]))
      throw new RangeError(`\`${name}\` of an attempt must be an integer; got ${record[name]}.`);
  }
  const scopes = [...new Set(record.scopes)].map(toColumn);
  const values = [
    toColumn(record.attempt),
    toColumn(record.request),
    record.startedAt,
    record.endedAt,
    toColumn(record.modelServed),
    toColumn(record.provider),
    toColumn(record.deployment),
    costOf(record),
    JSON.stringify(scopes),
    usageOf(record),
    JSON.stringify(record),
  ];
  return { values, scopes };
}

/** Nano-dollars; null where there is no price, which is counted as that and never as 0. */
function costOf({ cost, unpriced }: AttemptRecord): number | null {
  if (cost === undefined) return null;
  if (!/^\d{1,16}$/.test(cost) || !Number.isSafeInteger(Number(cost))) {
    throw new RangeError(
      `\`cost\` of an attempt must be a whole number of nano-dollars below 2^53, as a decimal string; got ${JSON.stringify(cost)}.`,
    );
  }
  return unpriced === true ? null : Number(cost);
}

/** What can be added up exactly; the rest stays in the record only. */
function usageOf({ usage }: AttemptRecord): string | null {
  const units = Object.entries(usage ?? {}).filter(([, count]) => Number.isSafeInteger(count));
  return units.length === 0
    ? null
    : JSON.stringify(Object.fromEntries(units.map(([name, count]) => [toColumn(name), count])));
}
