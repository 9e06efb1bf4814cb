/** Looks for one sequence of bytes in many arrays, by Horspool's rule: on what is no match it steps over as many bytes as the sequence has. */
export class ByteFinder {
  readonly sequence: Uint8Array;
  readonly #skip: Uint8Array;

  /** @param sequence of 1 to 255 bytes */
  constructor(sequence: Uint8Array) {
    this.sequence = sequence;
    const last = sequence.length - 1;
    this.#skip = new Uint8Array(256).fill(sequence.length);
    for (let at = 0; at < last; at++) this.#skip[sequence[at] ?? 0] = last - at;
  }

  /** Where the sequence stands in `bytes`, from `start` on; -1 when it doesn't. */
  find(bytes: Uint8Array, start: number): number {
    const last = this.sequence.length - 1;
    const skip = this.#skip;
    let at = start;
    while (at + last < bytes.length) {
      if (this.#matches(bytes, at)) return at;
      at += skip[bytes[at + last] ?? 0] ?? 1;
    }
    return -1;
  }

  /** Where an end of `bytes` stands, from `start` on, that the sequence may begin with; the length when there is none. */
  tail(bytes: Uint8Array, start: number): number {
    const first = this.sequence[0] ?? 0;
    let at = Math.max(start, bytes.length - this.sequence.length + 1);
    for (; at < bytes.length; at++) if (bytes[at] === first && this.#begins(bytes, at)) return at;
    return bytes.length;
  }

  #matches(bytes: Uint8Array, at: number): boolean {
    for (let step = this.sequence.length - 1; step >= 0; step--)
      if (bytes[at + step] !== this.sequence[step]) return false;
    return true;
  }

  #begins(bytes: Uint8Array, at: number): boolean {
    for (let step = at; step < bytes.length; step++) if (bytes[step] !== this.sequence[step - at]) return false;
    return true;
  }
}
