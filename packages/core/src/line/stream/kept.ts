import type { Frame } from '../../transport/frame.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { joined } from './join.ts';

/** What of a piece of a stream goes on: frames that stand one behind the other in one array go as one view of it, or as the very array. */
export class Kept {
  readonly #chunks: Chunk[] = [];
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  /** The frame goes on as it came. */
  add({ bytes, start, end }: Frame): void {
    if (bytes !== this.#bytes || start !== this.#end) {
      this.#close();
      this.#bytes = bytes;
      this.#start = start;
    }
    this.#end = end;
  }

  /** This goes on in place of a frame. */
  put(chunk: Chunk): void {
    this.#close();
    this.#chunks.push(chunk);
  }

  /** All of it; undefined when it is nothing. */
  get chunk(): Chunk | undefined {
    this.#close();
    return this.#chunks.length === 0 ? undefined : joined(this.#chunks);
  }

  #close(): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    const whole = this.#start === 0 && this.#end === bytes.length;
    this.#chunks.push(whole ? bytes : bytes.subarray(this.#start, this.#end));
    this.#bytes = undefined;
  }
}
