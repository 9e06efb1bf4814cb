import { setImmediate } from 'node:timers/promises';
import type { SharedMap, Store } from '@postern/core';
import { SqliteLedger } from './ledger/sqlite-ledger.ts';
import { SqliteLimits } from './limits/sqlite-limits.ts';
import { openDatabase } from './open-database.ts';
import { checked, type SqliteStoreOptions } from './options.ts';
import { SqliteEntities } from './sqlite-entities.ts';
import { SqliteSharedMap } from './sqlite-shared.ts';
import { Writer } from './writer.ts';

/**
 * Opens a store in a file, of one process, that survives it: see {@link SqliteStoreOptions} for what that means with a power cut. One process writes it at a time.
 * Calls reject with StoreTimeout when their deadline passes before their work was begun, and then did nothing (limits: see there); with StoreBusy when too much
 * waits; with an Error after `close`, which writes everything and is to be awaited at the end of the process.
 * @throws StoreInUse when another store has the file open; TypeError, RangeError for what is no setting
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const { file, synchronous, batchMs, queue, counters } = checked(options);
  const database = openDatabase(file, synchronous);
  const writer = new Writer(database, batchMs, queue);
  const limits = new SqliteLimits(database, writer, counters);
  const maps = new Map<string, SharedMap>();
  let closing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    // What was asked for in this turn is on its way to the writer.
    await setImmediate();
    writer.flush();
    // The answers of it, too.
    await setImmediate();
  }

  async function close(): Promise<void> {
    await flush();
    const exact = limits.close();
    writer.close();
    try {
      await exact;
    } finally {
      database.close();
    }
  }

  return {
    limits,
    ledger: new SqliteLedger(database, writer),
    entities: new SqliteEntities(database, writer),
    shared(name, capacity, settings) {
      const map = maps.get(name) ?? new SqliteSharedMap(database, writer, name, capacity, settings);
      maps.set(name, map);
      return map;
    },
    flush,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
