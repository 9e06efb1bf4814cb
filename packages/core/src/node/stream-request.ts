import type { ByteSource } from '../transport/byte-source.ts';
import type { WireRequest } from '../transport/dispatcher.ts';

/**
 * A request whose answer may go on for minutes. undici holds a body that is bytes until the answer has ended; one that is read piece by piece is gone
 * once it was sent.
 */
export class StreamRequest implements WireRequest {
  readonly method: WireRequest['method'];
  readonly origin: string;
  readonly path: string;
  readonly headers: WireRequest['headers'];
  readonly body: ByteSource;

  constructor({ method, origin, path, headers }: WireRequest, body: Uint8Array | string) {
    this.method = method;
    this.origin = origin;
    this.path = path;
    this.headers = headers;
    this.body = new SentBytes(typeof body === 'string' ? Buffer.from(body) : body);
  }
}

/** Gives its bytes once and lets go of them; a generator that has ended would still hold them. */
class SentBytes implements ByteSource, AsyncIterableIterator<Uint8Array, undefined> {
  readonly size: number;
  readonly once = true;
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array) {
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  open(): this {
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#bytes;
    this.#bytes = undefined;
    return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
  }
}
