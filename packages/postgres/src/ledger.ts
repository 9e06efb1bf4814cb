import type { Ledger } from '@postern/core';
import type { Connections } from './connections.ts';
import { conditionOf } from './ledger-filter.ts';
import { type ReadRow, recordOf, rowOf } from './ledger-rows.ts';
import { PAGE_SIZE, positionOf } from './pages.ts';
import { type SumRow, totalsOf, totalsStatement } from './totals.ts';

/** Records that one statement inserts. */
const BATCH = 1_000;
/** Records that one statement removes, so that no purge holds up what is appended. */
const PURGE_AT_ONCE = 5_000;

/**
 * The ledger in PostgreSQL. Appending a batch costs one round trip for each 1,000 records; after a rejection some of them may be there, and
 * the same batch can be appended again. A purge that runs out of time has removed a part: the next one goes on.
 */
export function postgresLedger(connections: Connections, schema: string): Ledger {
  return {
    async append(attempts, call) {
      const rows = attempts.map(rowOf);
      for (let index = 0; index < rows.length; index += BATCH) {
        const values = [JSON.stringify(rows.slice(index, index + BATCH))];
        await connections.rows({ name: 'append', text: `SELECT ${schema}.append($1)`, values }, call);
      }
    },

    async list(filter, cursor, call) {
      const values: unknown[] = [positionOf(cursor)];
      const text = `SELECT * FROM ${schema}.ledger WHERE sequence > $1 AND ${conditionOf(filter, values)} ORDER BY sequence LIMIT ${PAGE_SIZE + 1}`;
      const rows = await connections.rows<ReadRow & { readonly sequence: string }>({ text, values }, call);
      const items = rows.slice(0, PAGE_SIZE).map(recordOf);
      return rows.length > PAGE_SIZE ? { items, next: String(rows[PAGE_SIZE - 1]?.sequence) } : { items };
    },

    async totals(filter, by, call) {
      return totalsOf(await connections.rows<SumRow>(totalsStatement(schema, filter, by), call), by);
    },

    async purge(before, call) {
      const text = `WITH gone AS (DELETE FROM ${schema}.ledger WHERE sequence IN (
        SELECT sequence FROM ${schema}.ledger WHERE ended_at < $1 LIMIT ${PURGE_AT_ONCE}) RETURNING 1) SELECT count(*)::int AS count FROM gone`;
      for (let total = 0; ; ) {
        const [row] = await connections.rows<{ count: number }>({ text, values: [before] }, call);
        const count = row?.count ?? 0;
        total += count;
        if (count < PURGE_AT_ONCE) return total;
      }
    },
  };
}
