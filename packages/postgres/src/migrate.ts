import type { ClientBase } from 'pg';
import { type Migration, migrations } from './migrations/index.ts';

/**
 * Brings a schema to the current version, in one transaction and one process at a time. Rejects, with nothing changed, when a step fails, when
 * the database's encoding is not UTF8, or when a newer release made the schema.
 */
export async function migrate(
  client: ClientBase,
  schema: string,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`postern migrations of ${schema}`]);
    await bring(client, schema, steps);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function bring(client: ClientBase, schema: string, steps: readonly Migration[]): Promise<void> {
  const encoding = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  if (encoding.rows[0]?.server_encoding !== 'UTF8') throw new Error('The encoding of the database has to be UTF8.');
  const found = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema.slice(1, -1)]);
  // Not IF NOT EXISTS: that asks for the right to make schemas, which whoever was given a schema need not have.
  if (found.rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migration (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ version: number }>(
    `SELECT coalesce(max(version), 0) AS version FROM ${schema}.migration`,
  );
  const version = rows[0]?.version ?? 0;
  if (version > steps.length)
    throw new Error(`The schema ${schema} has version ${version}; this release knows ${steps.length}.`);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    await client.query(step(schema));
    await client.query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [index + 1]);
  }
}
