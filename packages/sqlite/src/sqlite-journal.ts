import type { Journal, JournalEntry } from '@postern/core';
import type Database from 'libsql';
import { openDatabase } from './open-database.ts';
import { checkedFile } from './options.ts';
import { fromColumn, toColumn } from './text.ts';

/** Settings of a {@link sqliteJournal}. */
export interface SqliteJournalOptions {
  /** Path of the file, another one than that of a store; made when it is not there, readable by its owner only. `-wal`, `-shm` and `.lock` appear beside it. */
  readonly file: string;
  /** As of a store. Default `normal`: what is kept survives the death of the process (kill -9), but the last moments before a power cut may be lost. */
  readonly synchronous?: 'normal' | 'full';
}

/** A journal in a file. Each call is done when it returns: some 50 microseconds, and only while the store is away. */
export interface SqliteJournal extends Journal {
  load(): readonly JournalEntry[];
  append(entries: readonly JournalEntry[]): void;
  confirm(ids: readonly string[]): void;
  /** Gives up the file. For the end of the process, behind that of the gateway; a process that dies gives it up too. */
  close(): void;
}

/**
 * Keeps in a file what waits for a store that is away, for `journal` of the configuration. One process has it open at a time, and finds there what it
 * kept when it was killed.
 * @throws StoreInUse when another process has the file open; TypeError for what is no setting; Error when it is something else than a journal
 */
export function sqliteJournal(options: SqliteJournalOptions): SqliteJournal {
  const { file, synchronous } = checkedFile(options);
  const database = openDatabase(file, synchronous, toJournal);
  const { sql } = database;

  function atOnce(run: () => void): void {
    sql('BEGIN IMMEDIATE').run([]);
    try {
      run();
      sql('COMMIT').run([]);
    } finally {
      if (database.inTransaction) sql('ROLLBACK').run([]);
    }
  }

  return {
    load() {
      const rows = sql('SELECT id, text FROM untold ORDER BY seq').all([]) as (readonly [string, string])[];
      return rows.map(([id, text]) => ({ id: fromColumn(id), text: fromColumn(text) }));
    },
    append(entries) {
      const insert = sql(
        'INSERT INTO untold (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text',
      );
      atOnce(() => {
        for (const { id, text } of entries) insert.run([toColumn(id), toColumn(text)]);
      });
    },
    confirm(ids) {
      const remove = sql('DELETE FROM untold WHERE id = ?');
      atOnce(() => {
        for (const id of ids) remove.run([toColumn(id)]);
      });
    },
    close: () => database.close(),
  };
}

/** 'PstJ': tells a journal from any other SQLite file. */
const APPLICATION = 0x5073744a;

function toJournal(database: Database.Database): void {
  const [tables] = database.prepare('SELECT count(*) FROM sqlite_master').raw().get([]) as readonly [number];
  const [application] = database.prepare('PRAGMA application_id').raw().get([]) as readonly [number];
  if (application === APPLICATION) return;
  if (tables > 0) throw new Error('The file is a database of something else; give the journal a file of its own.');
  database
    .transaction(() =>
      database.exec(
        `CREATE TABLE untold (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
         PRAGMA application_id = ${APPLICATION}`,
      ),
    )
    .immediate();
}
