import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { ClientGone, isGatewayError, RequestError } from '../kit/errors.ts';
import { declaredSize, type Upload, uploadEaten, uploadTooLarge } from '../transport/upload.ts';
import { UPLOAD_STALL } from './read-upload.ts';

/**
 * The body of a request as it comes. Nothing is read before it is asked for, and the connection is held back while nobody asks.
 *
 * @param parsed what the host's parser left where it isn't `incoming.body`; bytes and text can be passed on, an object can not
 * @throws RequestError `body_too_large` when the declared length is beyond the cap
 */
export function streamUpload(incoming: IncomingMessage, maxBytes: number, parsed: unknown, clock: Clock): Upload {
  const host = incoming as IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown };
  if (host.rawBody instanceof Uint8Array) return new ParsedUpload(host.rawBody);
  if (incoming.readableDidRead || incoming.readableEnded) return new ParsedUpload(bytesOf(parsed ?? host.body));
  const size = declaredSize(incoming.headers['content-length']);
  if (size !== undefined && size > maxBytes) {
    incoming.resume();
    throw uploadTooLarge(maxBytes);
  }
  return new NodeUpload(incoming, size, maxBytes, clock);
}

function bytesOf(parsed: unknown): Uint8Array {
  if (parsed instanceof Uint8Array) return parsed;
  if (typeof parsed === 'string') return Buffer.from(parsed);
  throw uploadEaten();
}

/** What the host's parser left of it. */
class ParsedUpload implements Upload {
  readonly once = true;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    yield this.#bytes;
  }

  stop(): void {}
}

class NodeUpload implements Upload {
  readonly once = true;
  readonly size: number | undefined;
  readonly #incoming: IncomingMessage;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  #stopped = false;
  /** Ends the wait for the next piece. */
  #interrupt: (reason: unknown) => void = ignore;

  constructor(incoming: IncomingMessage, size: number | undefined, maxBytes: number, clock: Clock) {
    this.#incoming = incoming;
    this.size = size;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    const pieces: AsyncIterator<Uint8Array | string> = this.#incoming.iterator({ destroyOnReturn: false });
    let read = 0;
    try {
      for (;;) {
        const { done, value } = await this.#next(pieces);
        if (done === true) return;
        const bytes = typeof value === 'string' ? Buffer.from(value) : value;
        read += bytes.length;
        if (read > this.#maxBytes) throw uploadTooLarge(this.#maxBytes);
        yield bytes;
      }
    } catch (error) {
      throw isGatewayError(error) ? error : new ClientGone(error);
    } finally {
      this.stop();
    }
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#interrupt(new ClientGone());
    // An aborted upload still emits its error.
    this.#incoming.on('error', ignore);
    this.#incoming.resume();
  }

  /** Only while the client is waited for does its time run. */
  #next(pieces: AsyncIterator<Uint8Array | string>): Promise<IteratorResult<Uint8Array | string>> {
    if (this.#stopped) return Promise.reject(new ClientGone());
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new RequestError('request_timeout', 'The client stopped sending its body.'));
      const stopTimer = this.#clock.timer(UPLOAD_STALL, late);
      this.#interrupt = reject;
      pieces.next().then(resolve, reject).finally(stopTimer);
    });
  }
}

function ignore(): void {}
