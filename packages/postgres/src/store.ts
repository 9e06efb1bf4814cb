import type { Store } from '@postern/core';
import { connections } from './connections.ts';
import { postgresEntities } from './entities.ts';
import { postgresLedger } from './ledger.ts';
import { postgresLimits } from './limits.ts';
import { migrate } from './migrate.ts';
import { type PostgresStoreOptions, schemaOf } from './options.ts';
import { postgresSharedMap } from './shared.ts';

/**
 * Opens a store in PostgreSQL 13 or later, and makes its tables or brings them to this version first; processes that start at once wait for
 * each other. Rejects when the database can't be reached or a newer release made the tables.
 *
 * The moment of a call is the caller's: processes that share a store need clocks that agree. A call may use as long as from its `now` to its
 * `deadline`; it rejects then, and for whatever else PostgreSQL refuses. A broken connection rejects the calls on it, the next one opens another.
 * Connections are told their `statement_timeout` and have prepared statements: a pooler before PostgreSQL has to keep sessions.
 */
export async function postgresStore(options: PostgresStoreOptions = {}): Promise<Store> {
  const schema = schemaOf(options);
  const open = connections(options);
  try {
    await prepare(open.connect, schema);
  } catch (error) {
    await open.close();
    throw error;
  }
  return {
    limits: postgresLimits(open, schema),
    ledger: postgresLedger(open, schema),
    entities: postgresEntities(open, schema),
    shared: (name, capacity, settings) => postgresSharedMap(open, schema, name, capacity, settings),
    /** Every call is written when it resolves. */
    flush: () => Promise.resolve(),
    close: () => open.close(),
  };
}

async function prepare(connect: ReturnType<typeof connections>['connect'], schema: string): Promise<void> {
  const client = await connect();
  try {
    await migrate(client, schema);
  } finally {
    client.release();
  }
}
