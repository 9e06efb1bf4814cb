const WORD = 8;

/**
 * Bytes that are looked for at one place, eight at a time: a word is read as a double, and two of those are equal when their bytes are. The exceptions
 * do no harm: a NaN equals nothing, and the two zeros are made of bytes that no text holds.
 */
export class Pattern {
  readonly length: number;
  readonly #words: Float64Array;
  readonly #rest: Uint8Array;

  /** Copies the bytes. */
  constructor(bytes: Uint8Array) {
    const view = viewOf(bytes);
    this.length = bytes.length;
    this.#words = new Float64Array(Math.floor(bytes.length / WORD));
    for (let index = 0; index < this.#words.length; index++) this.#words[index] = view.getFloat64(index * WORD, true);
    this.#rest = Uint8Array.from(bytes.subarray(this.#words.length * WORD));
  }

  /** Do the bytes stand there? `view` is of all that is looked at. */
  standsAt(view: DataView, at: number): boolean {
    if (at + this.length > view.byteLength) return false;
    const words = this.#words;
    const rest = this.#rest;
    let place = at;
    for (let index = 0; index < words.length; index++, place += WORD) {
      if (view.getFloat64(place, true) !== words[index]) return false;
    }
    for (let index = 0; index < rest.length; index++) if (view.getUint8(place + index) !== rest[index]) return false;
    return true;
  }
}

/** A view of all of the bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
