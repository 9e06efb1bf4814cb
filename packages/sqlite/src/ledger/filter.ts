import type { LedgerFilter } from '@postern/core';
import type { OpenDatabase, Value } from '../open-database.ts';
import { toColumn } from '../text.ts';

/** Conditions on `attempts a`, with the values of their parameters. Written by us: a filter adds values to it and no text. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}
/** Numbers of records: after `after`, up to and with `last`. */
export interface Span {
  readonly after: number;
  readonly last: number;
}

const PARTS: readonly [keyof LedgerFilter, string][] = [
  ['from', 'a.started_at >= ?'],
  ['to', 'a.started_at < ?'],
  ['request', 'a.request = ?'],
  ['model', 'a.model = ?'],
  ['scope', 'EXISTS (SELECT 1 FROM attempt_scopes WHERE scope = ? AND seq = a.seq)'],
];

/**
 * What the filter asks of a record, among `names` of its fields.
 * @throws TypeError for a time that is no number, a name that is no text
 */
export function conditionOf(
  filter: LedgerFilter,
  names: readonly (keyof LedgerFilter)[] = PARTS.map(([name]) => name),
): Condition {
  const sql = ['TRUE'];
  const values: Value[] = [];
  for (const [name, part] of PARTS) {
    const value = filter[name];
    if (value === undefined || !names.includes(name)) continue;
    sql.push(part);
    values.push(checkedValue(name, value));
  }
  return { sql: sql.join(' AND '), values };
}

function checkedValue(name: keyof LedgerFilter, value: string | number): Value {
  const isTime = name === 'from' || name === 'to';
  if (isTime ? typeof value !== 'number' || Number.isNaN(value) : typeof value !== 'string')
    throw new TypeError(`\`${name}\` of a filter must be a ${isTime ? 'number' : 'string'}.`);
  return typeof value === 'string' ? toColumn(value) : value;
}

/** Where the records of a filter are at most, found by an index: what follows looks there, a piece at a time. */
export function spanOf({ sql }: OpenDatabase, filter: LedgerFilter): Span {
  const { sql: where, values } = conditionOf(filter, ['from', 'to', 'request']);
  const ofAttempts = span(sql(`SELECT min(seq), max(seq) FROM attempts a WHERE ${where}`).get(values));
  if (filter.scope === undefined) return ofAttempts;
  const ofScope = span(
    sql('SELECT min(seq), max(seq) FROM attempt_scopes WHERE scope = ?').get([checkedValue('scope', filter.scope)]),
  );
  return { after: Math.max(ofAttempts.after, ofScope.after), last: Math.min(ofAttempts.last, ofScope.last) };
}

function span(row: unknown): Span {
  const [first, last] = row as readonly [number | null, number | null];
  return first === null || last === null ? { after: 0, last: 0 } : { after: first - 1, last };
}
