import type { Call } from '@postern/core';
import { DatabaseError, Pool, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { budgetOf, within } from './deadline.ts';
import type { PostgresStoreOptions } from './options.ts';

/** A statement with its parameters. `name`: prepared once on each connection. */
export type Statement = QueryConfig & { readonly text: string; readonly values: unknown[] };

/** Statements on pooled connections, each within the deadline of its call. */
export interface Connections {
  /**
   * The rows of a statement. Rejects when the deadline has passed, before or while it runs. PostgreSQL ends a statement that outlives the budget
   * that the call had; one whose answer came too late may have been carried out all the same.
   */
  rows<Row extends QueryResultRow>(statement: Statement, call: Call): Promise<Row[]>;
  /** A connection of its own, for migrations. */
  connect(): Promise<PoolClient>;
  close(): Promise<void>;
}

/** How long a connection may take to be there, in ms; calls give up at their deadlines, which are earlier most of the time. */
const CONNECT_MS = 10_000;
/** How long beyond its budget a statement may take to come back before its connection is given up, in ms. */
const GRACE_MS = 1_000;

/** A pool that recovers by itself: a broken connection is dropped, the next call opens another one. */
export function connections({ connectionString, pool: settings }: PostgresStoreOptions): Connections {
  const pool = new Pool({
    application_name: 'postern',
    connectionTimeoutMillis: CONNECT_MS,
    allowExitOnIdle: true,
    ...settings,
    ...(connectionString === undefined ? {} : { connectionString }),
  });
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  /** The statement_timeout of each connection: told only when it changes, so that calls of one budget cost one round trip. */
  const timeouts = new WeakMap<PoolClient, number>();

  async function ask<Row extends QueryResultRow>(
    statement: Statement,
    budget: number,
    isLate: () => boolean,
  ): Promise<Row[]> {
    const client = await pool.connect();
    if (isLate()) {
      client.release();
      throw new Error('The deadline passed before there was a connection.');
    }
    try {
      if (timeouts.get(client) !== budget) {
        await client.query({
          name: 'timeout',
          text: `SELECT set_config('statement_timeout', $1, false)`,
          values: [String(budget)],
        });
        timeouts.set(client, budget);
        if (isLate()) throw new DeadlinePassed();
      }
      const { rows }: QueryResult<Row> = await guarded(client, statement, budget);
      client.release();
      return rows;
    } catch (error) {
      client.release(!isSound(error));
      throw error;
    }
  }

  return {
    rows: async (statement, call) => {
      const budget = budgetOf(call);
      return within(budget, (isLate) => ask(statement, budget, isLate));
    },
    connect: () => pool.connect(),
    close: () => pool.end(),
  };
}

class DeadlinePassed extends Error {
  override readonly message = 'The deadline passed before the statement was sent.';
}

/** Can the connection be used again? After a refused statement it can; after anything else nobody knows. */
const isSound = (error: unknown): boolean =>
  error instanceof DeadlinePassed || (error instanceof DatabaseError && error.severity === 'ERROR');

/** The answer, or a rejection when neither it nor PostgreSQL's own timeout comes: the other side is silent. */
async function guarded<Row extends QueryResultRow>(
  client: PoolClient,
  statement: Statement,
  budget: number,
): Promise<QueryResult<Row>> {
  return within(budget + GRACE_MS, () => client.query<Row>(statement));
}
