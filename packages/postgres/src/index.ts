/** Postern's store in PostgreSQL. */
export type { AuditRecord } from './entities.ts';
export type { PostgresStoreOptions } from './options.ts';
export { type PostgresStore, postgresStore } from './store.ts';
