import type { Call } from '@postern/core';
import { DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';
import { budgetOf, passed, type Span, spanOf, within } from './deadline.ts';
import type { PostgresStoreOptions } from './options.ts';

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared once on each connection. */
  readonly name?: string;
  /** Takes one parameter more, the last: how many ms PostgreSQL has for it. */
  readonly timed?: boolean;
}

/** Statements on pooled connections, each within the deadline of its call. */
export interface Connections {
  /**
   * The rows of a statement. Rejects when the deadline has passed, before or while it runs. PostgreSQL has nine tenths of the time and ends what
   * takes longer, so that its answer has a tenth to arrive in; one that takes longer on its way was carried out, and nobody knows.
   * @param span what is left, where some of the time has gone by. Default: all
   */
  rows<Row extends QueryResultRow>(statement: Statement, call: Call, span?: Span): Promise<Row[]>;
  /** A connection of its own, for migrations. */
  connect(): Promise<PoolClient>;
  close(): Promise<void>;
}

/** How long a connection may take to be there, in ms; calls give up at their deadlines, which are earlier most of the time. */
const CONNECT_MS = 10_000;
/** How long beyond its time a statement may take to come back before its connection is given up, in ms. */
const GRACE_MS = 1_000;
/** The share of the time that PostgreSQL has. */
const SHARE = 0.9;

/** A pool that recovers by itself: a broken connection is dropped, the next call opens another one. */
export function connections({ connectionString, pool: settings }: PostgresStoreOptions): Connections {
  const pool = new Pool({
    application_name: 'postern',
    connectionTimeoutMillis: CONNECT_MS,
    allowExitOnIdle: true,
    ...settings,
    ...(connectionString === undefined ? {} : { connectionString }),
  });
  // A connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  /** The statement_timeout of each connection: told only when it changes, so that calls of one budget cost one round trip. */
  const timeouts = new WeakMap<PoolClient, number>();

  async function prepare(client: PoolClient, timeout: number): Promise<void> {
    if (timeouts.get(client) === timeout) return;
    await client.query({
      name: 'timeout',
      text: `SELECT set_config('statement_timeout', $1, false)`,
      values: [String(timeout)],
    });
    timeouts.set(client, timeout);
  }

  async function ask<Row extends QueryResultRow>(statement: Statement, budget: number, span: Span): Promise<Row[]> {
    const client = await pool.connect();
    if (span.left() <= 0) {
      client.release();
      throw passed();
    }
    try {
      await prepare(client, Math.ceil(budget * SHARE));
      const left = Math.max(1, Math.floor(span.left() * SHARE));
      const rows = await send<Row>(client, statement, left, budget);
      client.release();
      return rows;
    } catch (error) {
      client.release(!isSound(error));
      throw error;
    }
  }

  return {
    rows: async (statement, call, span) => {
      const budget = budgetOf(call);
      return within(budget, () => ask(statement, budget, span ?? spanOf(budget)));
    },
    connect: () => pool.connect(),
    close: () => pool.end(),
  };
}

/** Sends a statement that has `left` ms. Rejects when neither its answer nor PostgreSQL's own timeout comes: the other side is silent. */
async function send<Row extends QueryResultRow>(
  client: PoolClient,
  { text, values, name, timed }: Statement,
  left: number,
  budget: number,
): Promise<Row[]> {
  const bound = timed === true ? [...values, left] : [...values];
  const query = { text, values: bound, ...(name === undefined ? {} : { name }) };
  const { rows } = await within(budget + GRACE_MS, () => client.query<Row>(query));
  return rows;
}

/** Can the connection be used again? After a refused statement it can; after anything else nobody knows. */
const isSound = (error: unknown): boolean => error instanceof DatabaseError && error.severity === 'ERROR';
