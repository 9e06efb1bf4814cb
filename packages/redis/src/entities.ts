import type { AuditEntry, AuditRecord, Call, Entities, Entity, Page } from '@postern/core';
import type { Connection, Keys } from './connection.ts';
import { idOf, type Prefix } from './keys.ts';
import { nonces } from './nonce.ts';
import { AUDIT_LIST, ENTITY_DELETE, ENTITY_GET, ENTITY_LIST, ENTITY_PUT } from './scripts/entities.ts';

const PAGE_SIZE = 100;

/**
 * Documents in Redis as JSON, with the stream of who changed what; both in one slot, since they are written in one step. A change that rejects for want of
 * an answer may have been made: reading the etag tells.
 */
export class RedisEntities implements Entities {
  readonly #connection: Connection;
  readonly #prefix: Prefix;
  readonly #audit: number;
  readonly #etag = nonces();

  /** @param audit entries that are kept, about */
  constructor(connection: Connection, prefix: Prefix, audit: number) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#audit = audit;
  }

  async get(kind: string, id: string, call: Call): Promise<Entity | undefined> {
    const [document] = await this.#connection.run(ENTITY_GET, this.#keys(kind), [idOf(id)], call);
    return document === undefined ? undefined : entityOf(kind, id, document);
  }

  /** @throws TypeError for a value that JSON can't tell */
  async put(
    kind: string,
    id: string,
    value: unknown,
    etag: string | undefined,
    audit: AuditEntry,
    call: Call,
  ): Promise<string | undefined> {
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) throw new TypeError('The value of a document must be JSON.');
    // No document has this etag: an empty one stands for "none" below.
    if (etag === '') return undefined;
    const next = this.#etag();
    const values = [idOf(id), text, etag ?? '', next, this.#entry(kind, id, audit), this.#audit];
    const [answer] = await this.#connection.run(ENTITY_PUT, this.#keys(kind), values, call);
    return answer === 'put' ? next : undefined;
  }

  async delete(kind: string, id: string, etag: string, audit: AuditEntry, call: Call): Promise<boolean> {
    const values = [idOf(id), etag, this.#entry(kind, id, audit), this.#audit];
    const [answer] = await this.#connection.run(ENTITY_DELETE, this.#keys(kind), values, call);
    return answer === 'deleted';
  }

  async list(kind: string, cursor: string | undefined, call: Call): Promise<Page<Entity>> {
    const from = cursor === undefined ? '-' : `(${idOf(cursor)}`;
    const fields = await this.#connection.run(ENTITY_LIST, this.#keys(kind), [from, PAGE_SIZE + 1], call);
    const items = pairsOf(fields).map(([id, document]) => entityOf(kind, JSON.parse(id) as string, document));
    return pageOf(items, (entity) => entity.id);
  }

  /** @throws RangeError for a cursor that no page gave */
  async audit(cursor: string | undefined, call: Call): Promise<Page<AuditRecord>> {
    if (cursor !== undefined && !/^[0-9]{1,20}-[0-9]{1,20}$/.test(cursor))
      throw new RangeError(`${JSON.stringify(cursor)} is no cursor of the audit.`);
    const from = cursor === undefined ? '+' : `(${cursor}`;
    const fields = await this.#connection.run(AUDIT_LIST, this.#keys(''), [from, PAGE_SIZE + 1], call);
    const items = pairsOf(fields).map(([number, text]) => ({ number, record: JSON.parse(text) as AuditRecord }));
    const { items: page, next } = pageOf(items, ({ number }) => number);
    const records = { items: page.map(({ record }) => record) };
    return next === undefined ? records : { ...records, next };
  }

  #keys(kind: string): Keys {
    const name = idOf(kind);
    return [`${this.#prefix}documents:${name}`, `${this.#prefix}ids:${name}`, `${this.#prefix}audit`];
  }

  #entry(kind: string, id: string, audit: AuditEntry): string {
    return JSON.stringify({ ...audit, kind, id } satisfies AuditRecord);
  }
}

function entityOf(kind: string, id: string, document: string): Entity {
  const end = document.indexOf('\n');
  return { kind, id, value: JSON.parse(document.slice(end + 1)), etag: document.slice(0, end) };
}

function pairsOf(fields: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at < fields.length; at += 2) pairs.push([fields[at] ?? '', fields[at + 1] ?? '']);
  return pairs;
}

/** One more than a page was asked for, so that it is known whether there is more. */
function pageOf<Item>(items: readonly Item[], cursorOf: (item: Item) => string): Page<Item> {
  const page = items.slice(0, PAGE_SIZE);
  const last = page.at(-1);
  return last === undefined || items.length <= PAGE_SIZE ? { items: page } : { items: page, next: cursorOf(last) };
}
