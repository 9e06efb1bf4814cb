import type { Call, SharedMap, SharedOptions, Stored } from '@postern/core';
import { deadlineOf } from './deadline.ts';
import type { OpenDatabase } from './open-database.ts';
import { stampOf } from './stamp.ts';
import { toColumn } from './text.ts';
import type { Writer } from './writer.ts';

/** A bounded map in the file, whose entries expire. After a StoreTimeout nothing was changed. */
export class SqliteSharedMap implements SharedMap {
  readonly #database: OpenDatabase;
  readonly #writer: Writer;
  readonly #map: string;
  readonly #capacity: number;
  readonly #forget: SharedOptions['forget'];
  /** Entries, expired ones included. Counted anew when a transaction failed: what it added is not there. */
  #size = 0;
  #sizeAt = -1;

  constructor(database: OpenDatabase, writer: Writer, name: string, capacity: number, { forget }: SharedOptions = {}) {
    this.#database = database;
    this.#writer = writer;
    this.#map = toColumn(name);
    this.#capacity = capacity;
    this.#forget = forget;
  }

  async get(key: string, call: Call): Promise<Stored | undefined> {
    deadlineOf(call);
    this.#writer.assertOpen();
    const row = this.#database
      .sql('SELECT value, version FROM shared WHERE map = ? AND key = ? AND expires > ?')
      .get([this.#map, toColumn(key), call.now]);
    if (row === undefined) return undefined;
    const [value, version] = row as readonly [ArrayBuffer, number];
    return { value: new Uint8Array(value), version: String(version) };
  }

  async add(key: string, value: Uint8Array, ttl: number, call: Call): Promise<'added' | 'present' | 'full'> {
    const bytes = value.slice();
    return this.#writer.write(() => {
      if (this.#version(key, call.now) !== undefined) return 'present';
      // What is there still has expired.
      this.#remove('key = ?', [toColumn(key)]);
      if (this.#count() >= this.#capacity) this.#remove('expires <= ?', [call.now]);
      if (this.#count() >= this.#capacity && !this.#forgets()) return 'full';
      const stamp = stampOf(this.#database);
      this.#database
        .sql('INSERT INTO shared (map, key, value, version, added, expires) VALUES (?, ?, ?, ?, ?, ?)')
        .run([this.#map, toColumn(key), bytes, stamp, stamp, call.now + ttl]);
      this.#size += 1;
      return 'added';
    }, deadlineOf(call));
  }

  async replace(key: string, value: Uint8Array, ttl: number, version: string, call: Call): Promise<boolean> {
    const bytes = value.slice();
    return this.#writer.write(() => {
      if (this.#version(key, call.now) !== version) return false;
      this.#database
        .sql('UPDATE shared SET value = ?, version = ?, expires = ? WHERE map = ? AND key = ?')
        .run([bytes, stampOf(this.#database), call.now + ttl, this.#map, toColumn(key)]);
      return true;
    }, deadlineOf(call));
  }

  async delete(key: string, call: Call): Promise<void> {
    await this.#writer.write(() => this.#remove('key = ?', [toColumn(key)]), deadlineOf(call));
  }

  #version(key: string, now: number): string | undefined {
    const row = this.#database
      .sql('SELECT version FROM shared WHERE map = ? AND key = ? AND expires > ?')
      .get([this.#map, toColumn(key), now]);
    return row === undefined ? undefined : String((row as readonly [number])[0]);
  }

  #count(): number {
    if (this.#sizeAt !== this.#writer.failures) {
      this.#sizeAt = this.#writer.failures;
      [this.#size] = this.#database.sql('SELECT count(*) FROM shared WHERE map = ?').get([this.#map]) as [number];
    }
    return this.#size;
  }

  #remove(where: 'key = ?' | 'expires <= ?' | 'added = ?', values: (string | number)[]): boolean {
    this.#count();
    const { changes } = this.#database.sql(`DELETE FROM shared WHERE map = ? AND ${where}`).run([this.#map, ...values]);
    this.#size -= changes;
    return changes > 0;
  }

  /** Drops the entry that was added first, where the map may forget. */
  #forgets(): boolean {
    if (this.#forget !== 'oldest') return false;
    const [added] = this.#database.sql('SELECT min(added) FROM shared WHERE map = ?').get([this.#map]) as [
      number | null,
    ];
    return added !== null && this.#remove('added = ?', [added]);
  }
}
