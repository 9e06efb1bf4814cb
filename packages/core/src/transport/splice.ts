const encoder = new TextEncoder();

/** Builds new bytes out of ranges of old ones and new text, with one copy per run of neighbouring ranges. */
export class Splice {
  readonly #source: Uint8Array;
  readonly #pieces: (Uint8Array | string)[] = [];
  #from = 0;
  #to = 0;
  #room = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  keep(from: number, to: number): void {
    if (from !== this.#to) {
      this.#flush();
      this.#from = from;
    }
    this.#to = to;
  }

  add(text: string): void {
    this.#flush();
    this.#pieces.push(text);
    // No UTF-16 unit takes more than three bytes in UTF-8.
    this.#room += text.length * 3;
  }

  finish(): Uint8Array {
    this.#flush();
    const whole = new Uint8Array(this.#room);
    let at = 0;
    for (const piece of this.#pieces) {
      if (typeof piece === 'string') at += encoder.encodeInto(piece, whole.subarray(at)).written;
      else {
        whole.set(piece, at);
        at += piece.length;
      }
    }
    return whole.subarray(0, at);
  }

  #flush(): void {
    if (this.#to > this.#from) {
      this.#pieces.push(this.#source.subarray(this.#from, this.#to));
      this.#room += this.#to - this.#from;
    }
    this.#from = this.#to;
  }
}
