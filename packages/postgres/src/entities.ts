import type { AuditEntry, Entities, Entity } from '@postern/core';
import type { Connections } from './connections.ts';
import { PAGE_SIZE, placeBefore } from './pages.ts';
import { rawOf, textOf } from './text.ts';

interface AuditRow {
  readonly sequence: string;
  readonly kind: string;
  readonly id: string;
  readonly entry: AuditEntry;
}

interface EntityRow {
  readonly id: string;
  readonly value: unknown;
  readonly etag: string;
}

/**
 * Documents in PostgreSQL, each as JSON: a value that is none rejects with TypeError. A change and its audit entry are one statement. After a
 * lost answer it is not known whether the change was made: the etag tells.
 */
export function postgresEntities(connections: Connections, schema: string): Entities {
  const note = `noted AS (INSERT INTO ${schema}.audit (kind, id, entry) SELECT $1, $2, $3 FROM changed)`;
  const create = `WITH changed AS (INSERT INTO ${schema}.entity (kind, id, value, etag) VALUES ($1, $2, $4, nextval('${schema}.etag'))
    ON CONFLICT DO NOTHING RETURNING etag), ${note} SELECT etag FROM changed`;
  const change = `WITH changed AS (UPDATE ${schema}.entity SET value = $4, etag = nextval('${schema}.etag')
    WHERE kind = $1 AND id = $2 AND etag::text = $5 RETURNING etag), ${note} SELECT etag FROM changed`;
  const remove = `WITH changed AS (DELETE FROM ${schema}.entity WHERE kind = $1 AND id = $2 AND etag::text = $4 RETURNING etag),
    ${note} SELECT etag FROM changed`;
  const find = `SELECT id, value, etag FROM ${schema}.entity WHERE kind = $1`;

  return {
    async get(kind, id, call) {
      const statement = { name: 'get-entity', text: `${find} AND id = $2`, values: [textOf(kind), textOf(id)] };
      const [row] = await connections.rows<EntityRow>(statement, call);
      return row === undefined ? undefined : entityOf(kind, row);
    },

    async put(kind, id, value, etag, audit, call) {
      const values = [textOf(kind), textOf(id), jsonOf(audit), jsonOf(value)];
      const statement =
        etag === undefined ? { text: create, values } : { text: change, values: [...values, textOf(etag)] };
      const [row] = await connections.rows<{ etag: string }>(statement, call);
      return row?.etag;
    },

    async delete(kind, id, etag, audit, call) {
      const values = [textOf(kind), textOf(id), jsonOf(audit), textOf(etag)];
      return (await connections.rows({ text: remove, values }, call)).length > 0;
    },

    async list(kind, cursor, call) {
      const values = [textOf(kind), ...(cursor === undefined ? [] : [textOf(cursor)])];
      const after = cursor === undefined ? '' : 'AND id > $2';
      const text = `${find} ${after} ORDER BY id LIMIT ${PAGE_SIZE + 1}`;
      const rows = await connections.rows<EntityRow>({ text, values }, call);
      const items = rows.slice(0, PAGE_SIZE).map((row) => entityOf(kind, row));
      return rows.length > PAGE_SIZE ? { items, next: items[PAGE_SIZE - 1]?.id ?? '' } : { items };
    },

    async audit(cursor, call) {
      const text = `SELECT sequence, kind, id, entry FROM ${schema}.audit WHERE sequence < $1 ORDER BY sequence DESC LIMIT ${PAGE_SIZE + 1}`;
      const rows = await connections.rows<AuditRow>({ text, values: [placeBefore(cursor)] }, call);
      const items = rows
        .slice(0, PAGE_SIZE)
        .map(({ kind, id, entry }) => ({ ...entry, kind: rawOf(kind), id: rawOf(id) }));
      return rows.length > PAGE_SIZE ? { items, next: String(rows[PAGE_SIZE - 1]?.sequence) } : { items };
    },
  };
}

const entityOf = (kind: string, { id, value, etag }: EntityRow): Entity => ({ kind, id: rawOf(id), value, etag });

function jsonOf(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('A document has to be JSON.');
  return json;
}
