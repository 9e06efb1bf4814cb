import type { LedgerDimension, LedgerFilter, Total } from '@postern/core';
import type { OpenDatabase } from '../open-database.ts';
import { fromColumn, toColumn } from '../text.ts';
import { conditionOf, type Span } from './filter.ts';

/** A column by which is grouped; `read` gives back what a record said. */
interface Column {
  readonly sql: string;
  read(value: string): string;
}

const asIs = (value: string): string => value;
/** A dimension as SQL. A record without scopes has one row, whose scope is NULL. */
const COLUMNS: Readonly<Record<LedgerDimension, Column>> = {
  day: { sql: "date(a.started_at / 1000, 'unixepoch')", read: asIs },
  scope: { sql: 's.value', read: fromColumn },
  model: { sql: 'a.model', read: fromColumn },
  provider: { sql: 'a.provider', read: fromColumn },
  deployment: { sql: 'a.deployment', read: fromColumn },
};

/** A sum in two halves, since one of 64 bits could overflow: of the upper 32 bits and of the lower ones. As text, since a number is exact to 2^53 only. */
const sumOf = (value: string): string =>
  `coalesce(sum(${value} >> 32), 0) || ':' || coalesce(sum(${value} & 4294967295), 0)`;

function readSum(text: string): bigint {
  const [high = '0', low = '0'] = text.split(':');
  return (BigInt(high) << 32n) + BigInt(low);
}

interface Sum {
  readonly by: Total['by'];
  attempts: number;
  readonly usage: Map<string, bigint>;
  cost: bigint;
  unpriced: number;
}

/** Sums of the ledger by dimensions, filled piece by piece. */
export class Totals {
  readonly #database: OpenDatabase;
  readonly #filter: LedgerFilter;
  readonly #by: readonly LedgerDimension[];
  readonly #columns: readonly Column[];
  readonly #sums = new Map<string, Sum>();

  /** @throws TypeError for a dimension that there is not */
  constructor(database: OpenDatabase, filter: LedgerFilter, by: readonly LedgerDimension[]) {
    const unknown = by.find((name) => !Object.hasOwn(COLUMNS, name));
    if (unknown !== undefined)
      throw new TypeError(
        `There is no dimension ${JSON.stringify(unknown)}; there are ${Object.keys(COLUMNS).join(', ')}.`,
      );
    this.#database = database;
    this.#filter = filter;
    this.#by = by;
    this.#columns = by.map((name) => COLUMNS[name]);
  }

  /** In the order in which the groups were first seen. */
  get all(): readonly Total[] {
    return [...this.#sums.values()].map((sum) => ({ ...sum, usage: Object.fromEntries(sum.usage) }));
  }

  add(span: Span): void {
    const records = this.#rows(`count(*), ${sumOf('a.cost')}, sum(a.cost IS NULL)`, span);
    for (const [attempts, nano, unpriced, ...names] of records) {
      const sum = this.#sumOf(names as (string | null)[]);
      sum.attempts += attempts as number;
      sum.cost += readSum(nano as string);
      sum.unpriced += unpriced as number;
    }
    for (const [key, units, ...names] of this.#rows(
      `u.key, ${sumOf('u.value')}`,
      span,
      ', json_each(a.usage) AS u',
      'u.key',
    )) {
      const { usage } = this.#sumOf(names as (string | null)[]);
      const name = fromColumn(key as string);
      usage.set(name, (usage.get(name) ?? 0n) + readSum(units as string));
    }
  }

  /** Rows of what is selected, each followed by its dimensions. */
  #rows(select: string, { after, last }: Span, table = '', group?: string): (string | number | null)[][] {
    const { scope } = this.#filter;
    const condition = conditionOf(this.#filter);
    const byScope = this.#by.includes('scope');
    const only = byScope && scope !== undefined ? [toColumn(scope)] : [];
    const columns = this.#columns.map((column) => column.sql);
    const groups = group === undefined ? columns : [group, ...columns];
    const text = `SELECT ${[select, ...columns].join(', ')}
      FROM attempts a${byScope ? ' LEFT JOIN json_each(a.scopes) AS s' : ''}${table}
      WHERE a.seq > ? AND a.seq <= ? AND ${condition.sql}${only.length > 0 ? ' AND s.value = ?' : ''}
      ${groups.length > 0 ? `GROUP BY ${groups.join(', ')}` : 'HAVING count(*) > 0'} ORDER BY min(a.seq)`;
    return this.#database.sql(text).all([after, last, ...condition.values, ...only]) as (string | number | null)[][];
  }

  #sumOf(names: readonly (string | null)[]): Sum {
    const key = JSON.stringify(names);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const by = this.#by.flatMap((dimension, index) => {
        const value = names[index] ?? null;
        return value === null ? [] : [[dimension, COLUMNS[dimension].read(value)] as const];
      });
      sum = { by: Object.fromEntries(by), attempts: 0, usage: new Map(), cost: 0n, unpriced: 0 };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}
