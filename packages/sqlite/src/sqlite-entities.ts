import type { AuditEntry, AuditRecord, Call, Entities, Entity, Page } from '@postern/core';
import { cursorOf, numberOf, positionOf } from './cursor.ts';
import { deadlineOf } from './deadline.ts';
import type { OpenDatabase } from './open-database.ts';
import { PAGE_SIZE } from './page-size.ts';
import { stampOf } from './stamp.ts';
import { fromColumn, toColumn } from './text.ts';
import type { Writer } from './writer.ts';

/** Documents as JSON, and the log of their changes: both are written in one transaction. After a StoreTimeout nothing was changed. */
export class SqliteEntities implements Entities {
  readonly #database: OpenDatabase;
  readonly #writer: Writer;

  constructor(database: OpenDatabase, writer: Writer) {
    this.#database = database;
    this.#writer = writer;
  }

  async get(kind: string, id: string, call: Call): Promise<Entity | undefined> {
    deadlineOf(call);
    this.#writer.assertOpen();
    const row = this.#database.sql('SELECT etag, value FROM entities WHERE kind = ? AND id = ?').get(place(kind, id));
    if (row === undefined) return undefined;
    const [etag, value] = row as readonly [number, string];
    return { kind, id, value: JSON.parse(value), etag: String(etag) };
  }

  /** Rejects with TypeError for a value that JSON can't hold. */
  async put(
    kind: string,
    id: string,
    value: unknown,
    etag: string | undefined,
    audit: AuditEntry,
    call: Call,
  ): Promise<string | undefined> {
    const [text, entry] = [jsonOf(value), jsonOf(audit)];
    return this.#writer.write(() => {
      if (this.#etag(kind, id) !== etag) return undefined;
      const next = stampOf(this.#database);
      this.#database
        .sql(
          'INSERT INTO entities (kind, id, etag, value) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET etag = excluded.etag, value = excluded.value',
        )
        .run([...place(kind, id), next, text]);
      this.#note(kind, id, entry);
      return String(next);
    }, deadlineOf(call));
  }

  async delete(kind: string, id: string, etag: string, audit: AuditEntry, call: Call): Promise<boolean> {
    const entry = jsonOf(audit);
    return this.#writer.write(() => {
      if (this.#etag(kind, id) !== etag) return false;
      this.#database.sql('DELETE FROM entities WHERE kind = ? AND id = ?').run(place(kind, id));
      this.#note(kind, id, entry);
      return true;
    }, deadlineOf(call));
  }

  /** By id. Rejects with TypeError for a cursor that is none of this list. */
  async list(kind: string, cursor: string | undefined, call: Call): Promise<Page<Entity>> {
    deadlineOf(call);
    this.#writer.assertOpen();
    const list = `entities of ${toColumn(kind)}`;
    const text = 'SELECT id, etag, value FROM entities WHERE kind = ?';
    const [where, values] = cursor === undefined ? ['', []] : [' AND id > ?', [positionOf(list, cursor)]];
    const found = this.#database
      .sql(`${text}${where} ORDER BY id LIMIT ?`)
      .all([toColumn(kind), ...values, PAGE_SIZE + 1]) as (readonly [string, number, string])[];
    const page = found.slice(0, PAGE_SIZE);
    const items = page.map(([id, etag, value]) => ({
      kind,
      id: fromColumn(id),
      value: JSON.parse(value),
      etag: String(etag),
    }));
    const last = page.at(-1);
    return last === undefined || page.length === found.length ? { items } : { items, next: cursorOf(list, last[0]) };
  }

  /** Rejects with TypeError for a cursor that is none of this list. */
  async audit(cursor: string | undefined, call: Call): Promise<Page<AuditRecord>> {
    deadlineOf(call);
    this.#writer.assertOpen();
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberOf('audit', cursor);
    const found = this.#database
      .sql('SELECT seq, kind, id, entry FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?')
      .all([before, PAGE_SIZE + 1]) as (readonly [number, string, string, string])[];
    const page = found.slice(0, PAGE_SIZE);
    const items = page.map(([, kind, id, entry]) => ({
      ...JSON.parse(entry),
      kind: fromColumn(kind),
      id: fromColumn(id),
    }));
    const last = page.at(-1);
    return last === undefined || page.length === found.length
      ? { items }
      : { items, next: cursorOf('audit', String(last[0])) };
  }

  #etag(kind: string, id: string): string | undefined {
    const row = this.#database.sql('SELECT etag FROM entities WHERE kind = ? AND id = ?').get(place(kind, id));
    return row === undefined ? undefined : String((row as readonly [number])[0]);
  }

  #note(kind: string, id: string, entry: string): void {
    this.#database.sql('INSERT INTO audit (kind, id, entry) VALUES (?, ?, ?)').run([...place(kind, id), entry]);
  }
}

const place = (kind: string, id: string): [string, string] => [toColumn(kind), toColumn(id)];

function jsonOf(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('The value of an entity must be what JSON can hold.');
  return text;
}
