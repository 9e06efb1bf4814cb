import type { Clock } from '../kit/clock.ts';
import { LimitError } from '../kit/errors.ts';
import { Recent } from '../kit/recent.ts';
import type { Call, Entities, Entity } from '../store/store.ts';
import type { EntityKind, EntityRecords } from './records.ts';

/** How long what the store said is believed, and how much of it is remembered. */
export interface DirectorySettings {
  /** Milliseconds until it is asked again. */
  readonly ttl: number;
  /** Milliseconds beyond `ttl` for which the last answer holds while the store can't be asked. */
  readonly grace: number;
  /** Records that are remembered; as many ids again of which there is no record. */
  readonly capacity: number;
}

/** What the store said last of one id. */
export interface Entry<Kind extends EntityKind = EntityKind> {
  /** undefined: there is none. The same object as long as the record is unchanged. */
  readonly record: EntityRecords[Kind] | undefined;
  /** It is believed until then; milliseconds since the epoch. */
  readonly until: number;
  readonly etag: string | undefined;
  readonly readAt: number;
}

/** Milliseconds for which a store that failed is not asked again about the same id. */
const RETRY = 1_000;

/**
 * The records of a store, as they were read last. Many who ask for one at the same time share one call. Ids without a record are remembered apart, so that
 * guessing pushes nothing out.
 */
export class Directory {
  readonly #entities: Entities;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #settings: DirectorySettings;
  readonly #timeout: number;
  readonly #known: Recent<string, Entry>;
  readonly #absent: Recent<string, Entry>;
  readonly #asked = new Map<string, Promise<Entry>>();
  #generation = 0;

  /** @param timeout milliseconds that the store has to answer */
  constructor(entities: Entities, clock: Pick<Clock, 'now'>, settings: DirectorySettings, timeout = 50) {
    this.#entities = entities;
    this.#clock = clock;
    this.#settings = settings;
    this.#timeout = timeout;
    this.#known = new Recent(settings.capacity);
    this.#absent = new Recent(settings.capacity);
  }

  /** Grows when something is forgotten: what was made of records before has to be made anew. */
  get generation(): number {
    return this.#generation;
  }

  /** At once when it is known well enough. Rejects with LimitError `store_unavailable`. */
  find<Kind extends EntityKind>(kind: Kind, id: string): Entry<Kind> | Promise<Entry<Kind>> {
    const key = keyOf(kind, id);
    const entry = this.#last(key);
    const found =
      entry !== undefined && this.#clock.now() < entry.until
        ? entry
        : (this.#asked.get(key) ?? this.#ask(key, kind, id, entry));
    return found as Entry<Kind> | Promise<Entry<Kind>>;
  }

  /** Is an answer at hand, or on its way? Then finding costs no call of its own. */
  knows(kind: EntityKind, id: string): boolean {
    const key = keyOf(kind, id);
    const entry = this.#last(key);
    return (entry !== undefined && this.#clock.now() < entry.until) || this.#asked.has(key);
  }

  /** Writes a record unless there is one, and gives what there is then. Rejects with LimitError `store_unavailable`. */
  async create<Kind extends EntityKind>(kind: Kind, id: string, record: EntityRecords[Kind]): Promise<Entry<Kind>> {
    const call = this.#call();
    try {
      const audit = { at: call.now, by: 'gateway', action: `${kind}.create`, after: record };
      await this.#entities.put(kind, id, record, undefined, audit, call);
    } catch (cause) {
      throw away(cause);
    }
    this.#drop(keyOf(kind, id));
    return this.find(kind, id);
  }

  /** Its record has changed. */
  forget(kind: EntityKind, id: string): void {
    this.#generation += 1;
    this.#drop(keyOf(kind, id));
  }

  #drop(key: string): void {
    this.#known.delete(key);
    this.#absent.delete(key);
    // What is on its way may be older than the change: whoever waits for it has it, and nobody after.
    this.#asked.delete(key);
  }

  #last(key: string): Entry | undefined {
    return this.#known.recall(key) ?? this.#absent.recall(key);
  }

  #ask(key: string, kind: EntityKind, id: string, before: Entry | undefined): Promise<Entry> {
    const asking = this.#read(kind, id, before).then(
      (entry) => {
        if (this.#asked.get(key) === asking) this.#remember(key, entry);
        return entry;
      },
      (cause: unknown) => {
        if (this.#asked.get(key) === asking) this.#asked.delete(key);
        throw cause;
      },
    );
    this.#asked.set(key, asking);
    return asking;
  }

  async #read(kind: EntityKind, id: string, before: Entry | undefined): Promise<Entry> {
    const call = this.#call();
    try {
      return this.#entryOf(await this.#entities.get(kind, id, call), before);
    } catch (cause) {
      const { ttl, grace } = this.#settings;
      const now = this.#clock.now();
      if (before === undefined || now >= before.readAt + ttl + grace) throw away(cause);
      return { ...before, until: now + RETRY };
    }
  }

  #entryOf(entity: Entity | undefined, before: Entry | undefined): Entry {
    const readAt = this.#clock.now();
    const until = readAt + this.#settings.ttl;
    if (entity === undefined) return { record: undefined, etag: undefined, readAt, until };
    const { etag, value } = entity;
    const record = before?.etag === etag ? before.record : (value as Entry['record']);
    return { record, etag, readAt, until };
  }

  #remember(key: string, entry: Entry): void {
    this.#drop(key);
    (entry.record === undefined ? this.#absent : this.#known).set(key, entry);
  }

  #call(): Call {
    const now = this.#clock.now();
    return { now, deadline: now + this.#timeout };
  }
}

const keyOf = (kind: EntityKind, id: string): string => `${kind} ${id}`;

const away = (cause: unknown): LimitError =>
  new LimitError('store_unavailable', 'The store could not be asked who may call.', { retryAfter: 1, cause });
