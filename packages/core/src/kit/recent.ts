/**
 * A map that keeps at least its last `capacity` entries and never more than twice as many, in the order they were set.
 * (Dropping the first of a Map for each new one is slow: finding the first steps over all that were dropped before.)
 */
export class Recent<Key, Value> {
  readonly #capacity: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(key: Key): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** The same, for a map of what was used last: the entry counts as set again. */
  recall(key: Key): Value | undefined {
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old ?? this.#young.get(key);
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#capacity) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  *values(): Generator<Value> {
    yield* this.#old.values();
    yield* this.#young.values();
  }
}
