import { Readable } from 'node:stream';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { nodeClock } from './clock.ts';
import { clientIdleOf, type ReplyOptions } from './reply.ts';

/**
 * The body of a reply as a Node stream, for frameworks that send one themselves. Destroying it cancels the reply, and so does not reading it for
 * `reply.clientIdle`, from the start on. Status and headers are the caller's to set.
 */
export function streamOf(reply: GatewayReply, options: ReplyOptions = {}): Readable {
  return new ReplyStream(reply, options);
}

class ReplyStream extends Readable {
  readonly #reply: GatewayReply;
  readonly #options: ReplyOptions;
  readonly #iterator: AsyncIterator<Chunk>;
  #over = false;
  #stopTimer: () => void = ignore;

  constructor(reply: GatewayReply, options: ReplyOptions) {
    super({ highWaterMark: 64 * 1024 });
    this.#reply = reply;
    this.#options = options;
    this.#iterator = iteratorOf(reply.body);
    this.#watch();
  }

  override _read(): void {
    this.#stopTimer();
    // A timer that is over still holds what it would have called.
    this.#stopTimer = ignore;
    this.#iterator.next().then(this.#got, this.#failed);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopTimer();
    if (!this.#over) {
      this.#over = true;
      this.#reply.cancel(error ?? new ClientGone());
    }
    callback(error);
  }

  readonly #got = ({ done, value }: IteratorResult<Chunk, unknown>): void => {
    if (this.destroyed) return;
    if (done === true) {
      this.#over = true;
      this.push(null);
    } else if (value.length === 0) this._read();
    else if (!this.push(value)) this.#watch();
  };

  readonly #failed = (error: unknown): void => {
    if (!this.destroyed) this.destroy(error instanceof Error ? error : new Error('The reply broke.', { cause: error }));
  };

  /** Nothing was read yet, or the buffer is full: it is the client's turn. */
  #watch(): void {
    const clock = this.#options.clock ?? nodeClock;
    this.#stopTimer = clock.timer(clientIdleOf(this.#reply, this.#options), () => this.destroy());
  }
}

function iteratorOf(body: GatewayReply['body']): AsyncIterator<Chunk> {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body[Symbol.asyncIterator]();
  return once(body);
}

async function* once(chunk: Chunk): AsyncGenerator<Chunk> {
  yield chunk;
}

function ignore(): void {}

/** What a framework sends as the body of a reply: bytes or text as they are, a stream as a Node stream. */
export function sendable(reply: GatewayReply): string | Buffer | Readable {
  const { body } = reply;
  if (typeof body === 'string') return body;
  // A view and no copy: frameworks know Buffer, and some take a bare Uint8Array for an object.
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return streamOf(reply);
}
