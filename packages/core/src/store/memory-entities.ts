import { PAGE_SIZE } from './page-size.ts';
import type { AuditEntry, AuditRecord, Entities, Entity, Page } from './store.ts';

/** Documents in this process. Values are copied on their way in and out. The last `capacity` audit entries are kept. */
export class MemoryEntities implements Entities {
  readonly #capacity: number;
  readonly #kinds = new Map<string, Map<string, Entity>>();
  /** Oldest first. */
  readonly #audit: AuditRecord[] = [];
  /** Entries that were cut off. */
  #cut = 0;
  #etag = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async get(kind: string, id: string): Promise<Entity | undefined> {
    const entity = this.#kinds.get(kind)?.get(id);
    return entity === undefined ? undefined : copyOf(entity);
  }

  async put(
    kind: string,
    id: string,
    value: unknown,
    etag: string | undefined,
    audit: AuditEntry,
  ): Promise<string | undefined> {
    const before = this.#kinds.get(kind)?.get(id);
    if (before?.etag !== etag) return undefined;
    this.#etag += 1;
    const entity = { kind, id, value: structuredClone(value), etag: String(this.#etag) };
    if (before === undefined) this.#grow();
    this.#note(kind, id, audit);
    this.#set(kind, id, entity);
    return entity.etag;
  }

  #grow(): void {
    if (this.#size < this.#capacity) this.#size += 1;
    else throw new RangeError(`The memory store holds ${this.#capacity} entities, its capacity.`);
  }

  #set(kind: string, id: string, entity: Entity): void {
    const entities = this.#kinds.get(kind);
    if (entities === undefined) this.#kinds.set(kind, new Map([[id, entity]]));
    else entities.set(id, entity);
  }

  async delete(kind: string, id: string, etag: string, audit: AuditEntry): Promise<boolean> {
    const entities = this.#kinds.get(kind);
    if (entities?.get(id)?.etag !== etag) return false;
    this.#note(kind, id, audit);
    entities.delete(id);
    this.#size -= 1;
    return true;
  }

  async list(kind: string, cursor: string | undefined): Promise<Page<Entity>> {
    const ids = [...(this.#kinds.get(kind)?.keys() ?? [])].filter((id) => cursor === undefined || id > cursor).sort();
    const page = ids.slice(0, PAGE_SIZE);
    const items = page.flatMap((id) => this.#kinds.get(kind)?.get(id) ?? []).map(copyOf);
    const last = page.at(-1);
    return last === undefined || page.length === ids.length ? { items } : { items, next: last };
  }

  async audit(cursor: string | undefined): Promise<Page<AuditRecord>> {
    const end = cursor === undefined ? this.#audit.length : Math.max(0, placeOf(cursor) - this.#cut);
    const begin = Math.max(0, end - PAGE_SIZE);
    const items = this.#audit
      .slice(begin, end)
      .reverse()
      .map((record) => structuredClone(record));
    return begin === 0 ? { items } : { items, next: String(this.#cut + begin) };
  }

  #note(kind: string, id: string, audit: AuditEntry): void {
    this.#audit.push({ ...structuredClone(audit), kind, id });
    // Cut in bulk: removing the first of a long array each time would move all others.
    if (this.#audit.length >= this.#capacity * 2)
      this.#cut += this.#audit.splice(0, this.#audit.length - this.#capacity).length;
  }
}

/** How many entries were written before the oldest one of a page. */
function placeOf(cursor: string): number {
  if (/^[0-9]{1,15}$/.test(cursor)) return Number(cursor);
  throw new RangeError('The cursor was not given by this list.');
}

const copyOf = (entity: Entity): Entity => ({ ...entity, value: structuredClone(entity.value) });
