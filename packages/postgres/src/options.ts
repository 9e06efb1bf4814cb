import type { PoolConfig } from 'pg';

/** Where the store is. */
export interface PostgresStoreOptions {
  /** Such as `postgres://user:password@host:5432/database`. Default: what `pool` says, else the PG* variables of the environment, as `pg` reads them. */
  readonly connectionString?: string;
  /** Settings of the connections, as `pg` takes them: TLS, size (`max`, default 10), keep-alive … */
  readonly pool?: PoolConfig;
  /** The schema that the tables are in, made when it is not there; a store of its own each. Lower-case letters, digits and `_`. Default `postern`. */
  readonly schema?: string;
}

/** The quoted name of the schema. Throws RangeError for a name that could be more than a name. */
export function schemaOf({ schema = 'postern' }: PostgresStoreOptions): string {
  // 63 bytes: PostgreSQL cuts longer names, and two stores would be one. `pg_` is its own. https://www.postgresql.org/docs/current/sql-syntax-lexical.html
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema) || schema.startsWith('pg_'))
    throw new RangeError(`A schema is named by at most 63 of a-z, 0-9 and _, not by ${JSON.stringify(schema)}.`);
  return `"${schema}"`;
}
