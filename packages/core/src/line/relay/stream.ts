import type { Fault } from '../../chat/fault.ts';
import type { StreamEnd } from '../stream/answer-stream.ts';
import type { Watch } from '../stream/watch.ts';
import { transportFault, upstreamError } from '../upstream-error.ts';

/**
 * Bytes on their way from the provider to the client, unread, pulled by the client. They are whole when their connection ends as HTTP says; one that
 * breaks breaks the client's connection too, since nothing in the bytes could tell. `onEnd` is called once when they end by themselves.
 */
export class RelayStream implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  onEnd: StreamEnd = () => {};
  /** What may be told of a fault; set once the stream is open. */
  clean: (fault: Fault) => Fault = (fault) => fault;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #watch: Watch;

  constructor(source: AsyncIterable<Uint8Array>, watch: Watch) {
    this.#source = source[Symbol.asyncIterator]();
    this.#watch = watch;
    // From the headers on only idleness counts.
    watch.spoke();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#watch.waitFor('upstream');
    const step = await this.#read();
    this.#watch.waitFor('client');
    if (step.done !== true) return step;
    this.#end(undefined);
    return { done: true, value: undefined };
  }

  /** A consumer that stops early; the exchange does the cancelling. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#watch.stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #read(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#source.next();
    } catch (error) {
      this.#watch.stop();
      const fault = this.clean(transportFault(error));
      this.#end(fault);
      throw upstreamError(fault);
    }
  }

  #end(fault: Fault | undefined): void {
    this.#watch.stop();
    const { onEnd } = this;
    this.onEnd = () => {};
    onEnd(fault);
  }
}
