import type { Json } from '../shared/read.ts';

/** An object to be changed without touching it: copied at the first change, handed back itself when there was none. */
export class Patch {
  readonly #base: Json;
  #copy: Json | undefined;

  constructor(base: Json) {
    this.#base = base;
  }

  get(name: string): unknown {
    return (this.#copy ?? this.#base)[name];
  }

  set(name: string, value: unknown): void {
    if (this.get(name) === value) return;
    this.#copy ??= { ...this.#base };
    this.#copy[name] = value;
  }

  remove(name: string): void {
    if (!(name in (this.#copy ?? this.#base))) return;
    this.#copy ??= { ...this.#base };
    delete this.#copy[name];
  }

  get result(): Json {
    return this.#copy ?? this.#base;
  }
}

/** `list` with each entry changed; `list` itself when none was. */
export function mapSame(
  list: readonly unknown[],
  change: (entry: unknown, index: number) => unknown,
): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((entry, index) => entry === list[index]) ? list : changed;
}
