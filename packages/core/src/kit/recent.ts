/**
 * Values by key, of which the `capacity` last used are kept for certain, and never more than twice as many. A key that is asked for comes to the front;
 * nothing is sorted or searched.
 */
export class Recent<Value> {
  readonly #capacity: number;
  #young = new Map<string, Value>();
  /** What was young before; it goes when the young ones are as many again. */
  #old: ReadonlyMap<string, Value> = new Map();

  /** At least 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#capacity && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
