import { ClientGone, isGatewayError } from '../kit/errors.ts';
import { declaredSize, type Upload, uploadEaten, uploadTooLarge } from '../transport/upload.ts';
import { readPiece } from './read-body.ts';

/** The body of a Fetch request as it comes. @throws RequestError `body_too_large` when the declared length is beyond the cap; `invalid_request` */
export function streamUpload(request: Request, maxBytes: number): Upload {
  if (request.bodyUsed) throw uploadEaten();
  const size = declaredSize(request.headers.get('content-length') ?? undefined);
  if (size !== undefined && size > maxBytes) throw uploadTooLarge(maxBytes);
  return new FetchUpload(request.body, size, maxBytes);
}

class FetchUpload implements Upload {
  readonly once = true;
  readonly size: number | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #maxBytes: number;

  constructor(body: ReadableStream<Uint8Array> | null, size: number | undefined, maxBytes: number) {
    this.#reader = body?.getReader();
    this.size = size;
    this.#maxBytes = maxBytes;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    let read = 0;
    try {
      for (;;) {
        const piece = this.#reader === undefined ? undefined : await readPiece(this.#reader);
        if (piece === undefined) return;
        read += piece.length;
        if (read > this.#maxBytes) throw uploadTooLarge(this.#maxBytes);
        yield piece;
      }
    } catch (error) {
      throw isGatewayError(error) ? error : new ClientGone(error);
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.#reader?.cancel().catch(ignore);
  }
}

function ignore(): void {}
