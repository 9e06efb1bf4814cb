import { RequestError } from '../kit/errors.ts';

/** Where an upload is kept while it is on its way: written once, from the front, and read as often as there are attempts. */
export interface Spool {
  /** Bytes written so far. */
  readonly size: number;
  /** Appends; resolves when the next bytes may be written. Rejects with RequestError `body_too_large` where it holds no more. */
  write(bytes: Uint8Array): Promise<void>;
  /** The bytes of a range, piece by piece, each read when it is asked for. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /** Forgets everything, also on disk. May be called at any time and again; never rejects. */
  remove(): Promise<void>;
}

/** Bytes that an upload may hold in memory where there are no files. */
const MAX_MEMORY = 64 * 1024 * 1024;

/** A spool in memory, for runtimes without files. */
export function memorySpool(maxBytes = MAX_MEMORY): Spool {
  return new MemorySpool(maxBytes);
}

/** The parts of `pieces` that stand in a range of their whole. */
export function* sliced(pieces: readonly Uint8Array[], start: number, end: number): Generator<Uint8Array> {
  let at = 0;
  for (const piece of pieces) {
    const slice = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
    if (slice.length > 0) yield slice;
    at += piece.length;
  }
}

class MemorySpool implements Spool {
  size = 0;
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.size + bytes.length > this.#maxBytes)
      throw new RequestError('body_too_large', `An upload can not be larger than ${this.#maxBytes} bytes here.`);
    this.size += bytes.length;
    this.#pieces.push(bytes);
  }

  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield* sliced(this.#pieces, start, end);
  }

  async remove(): Promise<void> {
    this.#pieces = [];
  }
}
