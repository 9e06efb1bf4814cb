/** Do the bytes at this place begin with `pattern`? */
export function startsWith(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  for (let index = 0; index < pattern.length; index++) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** ASCII text that bytes are searched for, prepared once. (Horspool: most bytes are skipped.) */
export class Mark {
  readonly #pattern: Uint8Array;
  readonly #skip: Uint8Array;

  constructor(text: string) {
    this.#pattern = new TextEncoder().encode(text);
    const last = this.#pattern.length - 1;
    this.#skip = new Uint8Array(256).fill(this.#pattern.length);
    for (let index = 0; index < last; index++) this.#skip[this.#pattern[index] ?? 0] = last - index;
  }

  /** Do the bytes hold it? */
  isIn(bytes: Uint8Array): boolean {
    const pattern = this.#pattern;
    const skip = this.#skip;
    const last = pattern.length - 1;
    const final = pattern[last];
    for (let at = last; at < bytes.length; ) {
      const byte = bytes[at] as number;
      if (byte === final && startsWith(bytes, at - last, pattern)) return true;
      at += skip[byte] as number;
    }
    return false;
  }
}
