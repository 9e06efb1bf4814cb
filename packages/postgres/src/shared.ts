import type { SharedMap, SharedOptions } from '@postern/core';
import type { Connections } from './connections.ts';
import { textOf } from './text.ts';

/**
 * A map that all processes of the schema share. The adds of one map wait for each other, so that its capacity is exact. After a lost answer of
 * `add` or `replace` it is not known whether it was carried out: the stored value tells. Throws RangeError for a capacity that is no integer from 1 up.
 */
export function postgresSharedMap(
  connections: Connections,
  schema: string,
  name: string,
  capacity: number,
  { forget }: SharedOptions = {},
): SharedMap {
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new RangeError(`The capacity of a shared map must be an integer from 1 up; got ${capacity}.`);
  const map = textOf(name);
  const entry = `${schema}.shared_entry`;
  return {
    async get(key, call) {
      const text = `SELECT value, version FROM ${entry} WHERE map = $1 AND key = $2 AND expires > $3`;
      const statement = { name: 'get-entry', text, values: [map, textOf(key), call.now] };
      const [row] = await connections.rows<{ value: Buffer; version: string }>(statement, call);
      return row === undefined ? undefined : { value: Uint8Array.from(row.value), version: row.version };
    },

    async add(key, value, ttl, call) {
      const text = `SELECT ${schema}.add_entry($1, $2, $3, $4, $5, $6, $7) AS answer`;
      const values = [map, textOf(key), Buffer.from(value), call.now + ttl, capacity, forget === 'oldest', call.now];
      const [row] = await connections.rows<{ answer: 'added' | 'present' | 'full' }>(
        { name: 'add-entry', text, values },
        call,
      );
      if (row === undefined) throw new Error('PostgreSQL gave no answer.');
      return row.answer;
    },

    async replace(key, value, ttl, version, call) {
      const text = `UPDATE ${entry} SET value = $3, version = nextval('${schema}.version'), expires = $4
        WHERE map = $1 AND key = $2 AND version::text = $5 AND expires > $6 RETURNING 1`;
      const values = [map, textOf(key), Buffer.from(value), call.now + ttl, textOf(version), call.now];
      return (await connections.rows({ name: 'replace-entry', text, values }, call)).length > 0;
    },

    async delete(key, call) {
      const text = `SELECT ${schema}.delete_entry($1, $2)`;
      await connections.rows({ name: 'delete-entry', text, values: [map, textOf(key)] }, call);
    },
  };
}
