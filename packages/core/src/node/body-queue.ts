import type { WireBody } from '../transport/dispatcher.ts';

/** Bytes that wait for the reader before the provider is held back. */
export const HIGH_WATER = 256 * 1024;
const LOW_WATER = HIGH_WATER / 4;
/** Tiny pieces cost more than their bytes, so their number is bounded too. */
const MOST_PIECES = 1024;
/** Pieces that wait are handed over as one up to this size: what arrived together costs the rest of the way once. */
const MERGE_BELOW = 64 * 1024;

interface Waiting {
  resolve(result: IteratorResult<Uint8Array, undefined>): void;
  reject(reason: unknown): void;
}

/** Who waits for the body as a whole. */
interface WaitingForAll {
  readonly maxBytes: number;
  resolve(bytes: Uint8Array | undefined): void;
  reject(reason: unknown): void;
}

/** What a queue asks of the connection it is filled from. */
export interface BodySource {
  /** Go on after `push` answered false. */
  resume(): void;
  /** The reader lost interest. */
  cancel(reason: unknown): void;
}

/** The body of an answer between the connection, which pushes, and one reader, who pulls. */
export class BodyQueue implements AsyncIterableIterator<Uint8Array>, WireBody {
  readonly #source: BodySource;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #paused = false;
  #waiting: Waiting | undefined;
  #all: WaitingForAll | undefined;
  /** Of the pieces gathered: how many, from the first on, are made of others. */
  #blocks = 0;
  #woken = false;
  #over = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** False: hold back until `resume` is called. */
  push(piece: Uint8Array): boolean {
    if (this.#over) return true;
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#all !== undefined) return this.#gather(this.#all);
    this.#wake();
    this.#paused = this.#size >= HIGH_WATER || this.#pieces.length >= MOST_PIECES;
    return !this.#paused;
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** Breaks off: what came before is still read, unless `discard`. */
  fail(reason: unknown, discard: boolean): void {
    this.#over = true;
    this.#failure ??= { reason };
    if (discard) this.#drop();
    this.#wake();
  }

  /** All of it, see {@link WireBody}. What it holds is bounded by `maxBytes`, so the provider is not held back. */
  all(maxBytes: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#all = { maxBytes, resolve, reject };
      if (this.#gather(this.#all) && this.#paused) this.#source.resume();
      if (this.#over) this.#wake();
    });
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#pieces.length > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason);
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const open = !this.#over;
    this.#over = true;
    this.#failure = undefined;
    this.#drop();
    if (open) this.#source.cancel(new Error('The reader left the answer before its end.'));
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives up beyond the cap. Tiny pieces are made one now and then: each would keep the whole of what was read with it. */
  #gather(all: WaitingForAll): boolean {
    if (this.#size > all.maxBytes) {
      all.resolve(undefined);
      void this.return();
    } else if (this.#pieces.length - this.#blocks >= MOST_PIECES) {
      this.#pieces.push(merged(this.#pieces.splice(this.#blocks)));
      this.#blocks++;
    }
    return true;
  }

  #finishAll({ resolve, reject }: WaitingForAll): void {
    if (this.#failure === undefined) resolve(merged(this.#pieces));
    else reject(this.#failure.reason);
    this.#drop();
  }

  /** Answers a waiting reader after the connection has handed over all that came with one read, hence the microtask. */
  #wake(): void {
    if (this.#all !== undefined) {
      if (this.#over) this.#finishAll(this.#all);
      return;
    }
    if (this.#waiting === undefined || this.#woken) return;
    this.#woken = true;
    queueMicrotask(() => this.#answer());
  }

  #answer(): void {
    const waiting = this.#waiting;
    this.#woken = false;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if (this.#pieces.length > 0) waiting.resolve({ done: false, value: this.#take() });
    else if (this.#failure !== undefined) waiting.reject(this.#failure.reason);
    else waiting.resolve({ done: true, value: undefined });
  }

  #take(): Uint8Array {
    const taken = this.#size <= MERGE_BELOW ? this.#pieces : this.#pieces.slice(0, this.#mergeable());
    const whole = merged(taken);
    this.#pieces = taken === this.#pieces ? [] : this.#pieces.slice(taken.length);
    this.#size -= whole.length;
    if (this.#paused && this.#size <= LOW_WATER) {
      this.#paused = false;
      this.#source.resume();
    }
    return whole;
  }

  /** How many pieces go together; at least one. */
  #mergeable(): number {
    let size = 0;
    for (const [at, piece] of this.#pieces.entries()) {
      size += piece.length;
      if (at > 0 && size > MERGE_BELOW) return at;
    }
    return this.#pieces.length;
  }

  #drop(): void {
    this.#pieces = [];
    this.#size = 0;
  }
}

/** A Buffer and no plain array, because Node searches it natively. */
function merged(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
