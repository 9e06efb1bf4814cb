export type { AuditRecord } from './entities.ts';
export type { RedisStoreOptions } from './options.ts';
export { type RedisStore, redisStore } from './store.ts';
