import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'libsql';
import { lock } from './lock.ts';
import { migrate } from './migrations.ts';

/** A statement that takes its values as one list and gives rows as lists. */
export interface Statement {
  run(values: readonly Value[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(values: readonly Value[]): unknown;
  all(values: readonly Value[]): unknown[];
}
/** What a column can hold. */
export type Value = string | number | null | Uint8Array;

/** The open file. One connection; between two turns of the event loop no transaction is open. */
export interface OpenDatabase {
  /** The prepared statement for this SQL; each text is prepared once. Values come as parameters only, so that texts are few. */
  sql(text: string): Statement;
  readonly inTransaction: boolean;
  /** Writes the log back into the file and gives up the lock. */
  close(): void;
}

/**
 * Opens the file for writing: its lock, write-ahead log, the present form of its tables.
 * @param form brings the file to that form
 * @throws StoreInUse when it is open already; Error when it is no SQLite file, or a newer version's
 */
export function openDatabase(
  file: string,
  synchronous: 'normal' | 'full',
  form: (database: Database.Database) => void = migrate,
): OpenDatabase {
  const path = pathOf(file);
  const unlock = lock(path);
  try {
    // Nobody but the owner reads it, and what SQLite makes beside it gets the same mode.
    closeSync(openSync(path, 'a', 0o600));
    const database = new Database(path);
    // A reader may hold up the writer for a moment, such as somebody who copies the file.
    for (const pragma of [
      'busy_timeout = 1000',
      'journal_mode = WAL',
      `synchronous = ${synchronous}`,
      'temp_store = MEMORY',
    ])
      database.pragma(pragma);
    form(database);
    return opened(database, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function opened(database: Database.Database, unlock: () => void): OpenDatabase {
  const statements = new Map<string, Statement>();
  return {
    sql(text) {
      let statement = statements.get(text);
      if (statement === undefined) {
        const prepared = database.prepare(text);
        statement = (prepared.reader ? prepared.raw() : prepared) as unknown as Statement;
        statements.set(text, statement);
      }
      return statement;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    close() {
      try {
        database.pragma('wal_checkpoint(TRUNCATE)');
      } finally {
        database.close();
        unlock();
      }
    },
  };
}

/** One path for one file: two names of it would have two locks. */
function pathOf(file: string): string {
  const path = resolve(file);
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
