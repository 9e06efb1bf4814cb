import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { invalidResponse } from '../read-json.ts';
import { transportFault, upstreamError } from '../upstream-error.ts';
import type { StreamEnd } from './answer-stream.ts';
import type { Watch } from './watch.ts';

/**
 * A file on its way from the provider to the client, such as spoken text. It has no last event: it is whole when its connection ends as HTTP says.
 * One that breaks later breaks the client's connection too, since nothing in the bytes could tell.
 * `open` reads the first piece, so that an answer that fails before it can be tried elsewhere. `onEnd` is called once when it ends by itself.
 */
export class ByteStream implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  /** What the settlement reads of a stream. */
  readonly interpreter: {
    readonly usage: Usage;
    readonly content: number;
    readonly broken: number;
    readonly complete: true;
  };
  onEnd: StreamEnd = () => {};
  /** What may be told of a fault; set once the stream is open. */
  clean: (fault: Fault) => Fault = (fault) => fault;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #watch: Watch | undefined;
  #first: Uint8Array | undefined;

  constructor(source: AsyncIterable<Uint8Array>, watch: Watch | undefined, usage: Usage | undefined) {
    this.#source = source[Symbol.asyncIterator]();
    this.#watch = watch;
    this.interpreter = { usage: usage ?? { estimated: true }, content: 0, broken: 0, complete: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves at the first bytes, or with a fault when there are none. Throws what the transport throws. */
  async open(): Promise<Fault | undefined> {
    const { done, value } = await this.#source.next();
    if (done === true) {
      this.#watch?.stop();
      return invalidResponse('answered with nothing');
    }
    this.#first = value;
    this.#watch?.spoke();
    return undefined;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const first = this.#first;
    if (first !== undefined) {
      this.#first = undefined;
      return { done: false, value: first };
    }
    this.#watch?.waitFor('upstream');
    const step = await this.#read();
    this.#watch?.waitFor('client');
    if (step.done === true) {
      this.#end(undefined);
      return { done: true, value: undefined };
    }
    return step;
  }

  /** A consumer that stops early; the exchange does the cancelling. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#first = undefined;
    this.#watch?.stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #read(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#source.next();
    } catch (error) {
      const fault = this.clean(transportFault(error));
      this.#end(fault);
      throw upstreamError(fault);
    }
  }

  #end(fault: Fault | undefined): void {
    this.#watch?.stop();
    const { onEnd } = this;
    this.onEnd = () => {};
    onEnd(fault);
  }
}
