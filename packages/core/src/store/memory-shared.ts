import type { Call, SharedMap, SharedOptions, Stored } from './store.ts';

interface Entry extends Stored {
  readonly expires: number;
}

/** A bounded map of this process whose entries expire. Values are copied on their way in and out. */
export class MemorySharedMap implements SharedMap {
  readonly #capacity: number;
  readonly #forget: SharedOptions['forget'];
  readonly #entries = new Map<string, Entry>();
  #version = 0;
  /** Earliest expiry of an entry, or earlier: a full map is searched for expired ones only when there can be one. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(capacity: number, { forget }: SharedOptions = {}) {
    this.#capacity = capacity;
    this.#forget = forget;
  }

  async get(key: string, { now }: Call): Promise<Stored | undefined> {
    const entry = this.#live(key, now);
    return entry === undefined ? undefined : { value: entry.value.slice(), version: entry.version };
  }

  async add(key: string, value: Uint8Array, ttl: number, { now }: Call): Promise<'added' | 'present' | 'full'> {
    if (this.#live(key, now) !== undefined) return 'present';
    if (this.#entries.size >= this.#capacity) this.#sweep(now);
    if (this.#entries.size >= this.#capacity && !this.#forgets()) return 'full';
    this.#set(key, value, now + ttl);
    return 'added';
  }

  async replace(key: string, value: Uint8Array, ttl: number, version: string, { now }: Call): Promise<boolean> {
    if (this.#live(key, now)?.version !== version) return false;
    this.#set(key, value, now + ttl);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expires > now) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #set(key: string, value: Uint8Array, expires: number): void {
    this.#version += 1;
    this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    this.#entries.set(key, { value: value.slice(), version: String(this.#version), expires });
  }

  /** Drops the entry that was added first, where the map may forget. A Map keeps the order of insertion. */
  #forgets(): boolean {
    const [oldest] = this.#forget === 'oldest' ? this.#entries.keys() : [];
    return oldest !== undefined && this.#entries.delete(oldest);
  }

  #sweep(now: number): void {
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const [key, { expires }] of this.#entries) {
      if (expires <= now) this.#entries.delete(key);
      else this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    }
  }
}
