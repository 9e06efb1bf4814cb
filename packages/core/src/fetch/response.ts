import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { fetchClock } from './clock.ts';

/** Settings of {@link responseOf}. */
export interface ResponseOptions {
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** How long a client may leave a stream unread unless the reply says otherwise. Milliseconds. */
const CLIENT_IDLE = 60_000;

/** A reply as a Fetch `Response`. A stream is pulled as it is read; cancelling it, or leaving it unread for `reply.clientIdle`, cancels the reply. */
export function responseOf(reply: GatewayReply, options: ResponseOptions = {}): Response {
  const { body, status, headers } = reply;
  // A status without a body takes none, not even an empty one.
  if (typeof body === 'string') return new Response(body === '' ? null : body, { status, headers });
  if (body instanceof Uint8Array) return new Response(body as Uint8Array<ArrayBuffer>, { status, headers });
  return new Response(new ReadableStream(new ReplySource(reply, body, options), { highWaterMark: 0 }), {
    status,
    headers,
  });
}

const encoder = new TextEncoder();

class ReplySource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #reply: GatewayReply;
  readonly #iterator: AsyncIterator<Chunk>;
  readonly #clock: Clock;
  readonly #clientIdle: number;
  #stopTimer: () => void = ignore;

  constructor(reply: GatewayReply, body: AsyncIterable<Chunk>, options: ResponseOptions) {
    this.#reply = reply;
    this.#iterator = body[Symbol.asyncIterator]();
    this.#clock = options.clock ?? fetchClock;
    this.#clientIdle = reply.clientIdle ?? CLIENT_IDLE;
  }

  /** Also who never begins to read has only so long. */
  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#watch(controller);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#stopTimer();
    for (;;) {
      const { done, value } = await this.#iterator.next();
      if (done === true) return controller.close();
      if (value.length === 0) continue;
      controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
      this.#watch(controller);
      return;
    }
  }

  cancel(reason: unknown): void {
    this.#stopTimer();
    this.#reply.cancel(new ClientGone(reason));
  }

  /** Until the next pull it is the client's turn. */
  #watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#stopTimer = this.#clock.timer(this.#clientIdle, () => {
      const gone = new ClientGone();
      this.#reply.cancel(gone);
      controller.error(gone);
    });
  }
}

function ignore(): void {}
