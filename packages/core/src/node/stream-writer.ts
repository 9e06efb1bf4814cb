import type { ServerResponse } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { isFinished } from './finished.ts';

/** Carries one stream to one client; see {@link writeReply}. */
export class StreamWriter {
  readonly #reply: GatewayReply;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #clientIdle: number;
  readonly #iterator: AsyncIterator<Chunk>;
  /** Of a compression middleware, which holds data back until told. Node's own deprecated method of this name is not meant. */
  readonly #flush: (() => void) | undefined;
  #gone = false;
  #draining = false;
  #wake: () => void = ignore;

  constructor(
    reply: GatewayReply,
    body: AsyncIterable<Chunk>,
    response: ServerResponse,
    clock: Clock,
    clientIdle: number,
  ) {
    this.#reply = reply;
    this.#response = response;
    this.#clock = clock;
    this.#clientIdle = clientIdle;
    this.#iterator = body[Symbol.asyncIterator]();
    this.#flush = flushOf(response);
  }

  async run(): Promise<void> {
    this.#response.on('close', this.#close);
    try {
      this.#response.writeHead(this.#reply.status, this.#reply.headers);
      const headers = setImmediate(flushHeaders, this.#response);
      await this.#copy();
      clearImmediate(headers);
      if (!this.#gone) this.#response.end();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  async #copy(): Promise<void> {
    const response = this.#response;
    for (;;) {
      const { done, value } = await this.#iterator.next();
      if (done === true || this.#gone) return;
      if (value.length === 0) continue;
      const flowing = response.write(value);
      this.#flush?.();
      if (!flowing) await this.#drained();
      if (this.#gone) return;
    }
  }

  /** Until the client has read on, or left. */
  #drained(): Promise<void> {
    const response = this.#response;
    // Once and for good: middlewares that pass drain listeners on to a stream of their own don't take them back.
    if (!this.#draining) response.on('drain', () => this.#wake());
    this.#draining = true;
    return new Promise((resolve) => {
      const stop = this.#clock.timer(this.#clientIdle, () => response.destroy());
      this.#wake = () => {
        stop();
        this.#wake = ignore;
        resolve();
      };
    });
  }

  readonly #close = (): void => {
    this.#response.off('close', this.#close);
    if (this.#gone || isFinished(this.#response)) return;
    this.#gone = true;
    this.#reply.cancel(new ClientGone());
    this.#wake();
  };

  #breakOff(error: unknown): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#reply.cancel(error);
    this.#response.destroy();
  }
}

function flushOf(response: ServerResponse): (() => void) | undefined {
  if (!Object.hasOwn(response, 'flush')) return undefined;
  const { flush } = response as ServerResponse & { readonly flush?: unknown };
  return typeof flush === 'function' ? () => flush.call(response) : undefined;
}

/** The headers go out with the first chunk, or by themselves when it isn't there at once. */
function flushHeaders(response: ServerResponse): void {
  if (!response.destroyed) response.flushHeaders();
}

function ignore(): void {}
