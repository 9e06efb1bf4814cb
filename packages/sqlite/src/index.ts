/** A store in one SQLite file. */
export { StoreTimeout } from './deadline.ts';
export { StoreInUse } from './lock.ts';
export type { SqliteStoreOptions } from './options.ts';
export { type SqliteJournal, type SqliteJournalOptions, sqliteJournal } from './sqlite-journal.ts';
export { sqliteStore } from './sqlite-store.ts';
export { StoreBusy } from './writer.ts';
