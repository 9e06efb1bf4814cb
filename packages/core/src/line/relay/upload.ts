import { RequestError } from '../../kit/errors.ts';
import type { ByteSource } from '../../transport/byte-source.ts';
import type { GatewayRequest } from '../../transport/gateway-request.ts';

/** The size that a `content-length` declares in bytes; undefined for none and for what is no number. */
export function declaredSize(contentLength: string | undefined): number | undefined {
  return contentLength !== undefined && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined;
}

/**
 * A request's body, to be passed on as it comes. Nothing is read before it is asked for.
 *
 * @throws RequestError `body_too_large` when the declared length is beyond the cap, `unsupported_content_type` where bodies can not be passed on
 */
export function openUpload(request: GatewayRequest, maxBytes: number): RelayUpload {
  const size = declaredSize(request.header('content-length'));
  if (size !== undefined && size > maxBytes) throw tooLarge(maxBytes);
  const pieces = request.upload?.();
  if (pieces === undefined) throw new RequestError('unsupported_content_type', 'Such a body is not taken here.');
  return new RelayUpload(pieces, size, maxBytes);
}

/** A body on its way from the client to the provider, held back while the provider doesn't take it. */
export class RelayUpload implements ByteSource {
  readonly once = true;
  readonly size: number | undefined;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #maxBytes: number;

  constructor(pieces: AsyncIterable<Uint8Array>, size: number | undefined, maxBytes: number) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.size = size;
    this.#maxBytes = maxBytes;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    let read = 0;
    try {
      for (;;) {
        const { done, value } = await this.#pieces.next();
        if (done === true) return;
        read += value.length;
        if (read > this.#maxBytes) throw tooLarge(this.#maxBytes);
        yield value;
      }
    } finally {
      this.stop();
    }
  }

  /** Nobody reads on: what still comes is thrown away, so that the client gets to see the answer. Harmless when the body is over. */
  stop(): void {
    this.#pieces.return?.().catch(ignore);
  }
}

const tooLarge = (maxBytes: number): RequestError =>
  new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`);

function ignore(): void {}
