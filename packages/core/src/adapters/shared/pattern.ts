const WORD = 8;
const NOTHING = new Uint8Array(0);

/**
 * Bytes that are looked for at one place, eight at a time: a word is read as a double, and two of those are equal when their bytes are. The exceptions
 * do no harm: a NaN equals nothing, and the two zeros are made of bytes that no text holds.
 */
export class Pattern {
  readonly length: number;
  /** The last one ends where the pattern does, over a part of the one before. */
  readonly #words: readonly number[];
  /** A pattern that is shorter than a word. */
  readonly #short: Uint8Array;

  /** Copies the bytes. */
  constructor(bytes: Uint8Array) {
    const view = viewOf(bytes);
    const last = bytes.length - WORD;
    this.length = bytes.length;
    // No Float64Array, which takes twice the memory at this size.
    this.#words = Array.from({ length: last < 0 ? 0 : Math.ceil(bytes.length / WORD) }, (_, index) =>
      view.getFloat64(Math.min(index * WORD, last), true),
    );
    this.#short = last < 0 ? Uint8Array.from(bytes) : NOTHING;
  }

  /** Do the bytes stand there? `view` is of all that is looked at. */
  standsAt(view: DataView, at: number): boolean {
    if (at + this.length > view.byteLength) return false;
    const words = this.#words;
    const last = words.length - 1;
    if (last < 0) return this.#shortStandsAt(view, at);
    let place = at;
    for (let index = 0; index < last; index++, place += WORD) {
      if (view.getFloat64(place, true) !== words[index]) return false;
    }
    return view.getFloat64(at + this.length - WORD, true) === words[last];
  }

  #shortStandsAt(view: DataView, at: number): boolean {
    for (let index = 0; index < this.length; index++)
      if (view.getUint8(at + index) !== this.#short[index]) return false;
    return true;
  }
}

/** A view of all of the bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
