import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { ClientGone, RequestError } from '../kit/errors.ts';
import { join } from '../transport/read-all.ts';
import { tooLarge } from './too-large.ts';

/** How long an upload may stand still. Milliseconds. */
export const UPLOAD_STALL = 60_000;

/**
 * The bytes of a request as they came. What exceeds the cap is thrown away unread, so that the client gets to see the answer.
 *
 * @throws RequestError `body_too_large`: at once when the length is declared, else when it is passed; `request_timeout` when nothing comes for
 * {@link UPLOAD_STALL}; ClientGone
 */
export async function readUpload(incoming: IncomingMessage, maxBytes: number, clock: Clock): Promise<Uint8Array> {
  const length = Number(incoming.headers['content-length']);
  if (length > maxBytes) {
    incoming.resume();
    throw tooLarge(maxBytes);
  }
  // A small body comes with its headers, and Node reads it on as soon as whoever heard of these is through.
  if (!isThere(incoming, length)) await undefined;
  const bytes = isThere(incoming, length) ? incoming.read() : null;
  if (!(bytes instanceof Uint8Array)) {
    if (incoming.destroyed) throw new ClientGone();
    return new Promise((resolve, reject) => new Upload(incoming, maxBytes, clock, resolve, reject));
  }
  // To its end, which Node waits for before the connection carries the next request.
  incoming.resume();
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** Is the whole body in the buffer? Then it needs no listeners and no timer. */
function isThere(incoming: IncomingMessage, length: number): boolean {
  if (incoming.readableEncoding !== null || incoming.readableLength === 0) return false;
  return incoming.complete || incoming.readableLength === length;
}

class Upload {
  readonly #incoming: IncomingMessage;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #resolve: (bytes: Uint8Array) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #heardAt: number;
  #stopTimer: () => void;

  constructor(
    incoming: IncomingMessage,
    maxBytes: number,
    clock: Clock,
    resolve: (bytes: Uint8Array) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#incoming = incoming;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#heardAt = clock.now();
    this.#stopTimer = clock.timer(UPLOAD_STALL, this.#check);
    incoming.on('data', this.#data).on('end', this.#end).on('error', this.#gone).on('close', this.#gone);
  }

  readonly #data = (piece: Uint8Array | string): void => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#size += bytes.length;
    this.#heardAt = this.#clock.now();
    if (this.#size > this.#maxBytes) this.#fail(tooLarge(this.#maxBytes));
    else this.#pieces.push(bytes);
  };

  readonly #end = (): void => {
    this.#leave();
    this.#resolve(join(this.#pieces, this.#size));
  };

  readonly #gone = (cause?: unknown): void => this.#fail(new ClientGone(cause));

  readonly #check = (): void => {
    const quiet = this.#clock.now() - this.#heardAt;
    if (quiet >= UPLOAD_STALL) this.#fail(new RequestError('request_timeout', 'The client stopped sending its body.'));
    else this.#stopTimer = this.#clock.timer(UPLOAD_STALL - quiet, this.#check);
  };

  #fail(reason: unknown): void {
    this.#leave();
    this.#incoming.resume();
    this.#reject(reason);
  }

  #leave(): void {
    this.#stopTimer();
    this.#incoming.off('data', this.#data).off('end', this.#end).off('error', this.#gone).off('close', this.#gone);
    // An aborted upload still emits its error.
    this.#incoming.on('error', ignore);
  }
}

function ignore(): void {}
