import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { isGatewayError, UpstreamError } from '../../kit/errors.ts';
import { textOf } from '../../kit/text-of.ts';
import type { Frame, FrameReader } from '../../transport/frame.ts';
import { invalidResponse } from '../read-json.ts';
import { transportFault } from '../upstream-error.ts';
import { drain } from './drain.ts';
import type { Interpretation } from './interpretation.ts';
import type { Watch } from './watch.ts';

/** Makes items for the client out of a provider's frames, and says what it saw on the way. */
export interface Interpreter<Item> extends Readonly<Interpretation> {
  /** The frames of one piece. Gives undefined when nothing is to be sent. */
  push(frames: Iterable<Frame>): Item | undefined;
  /** After the last frame; sets `fault` when the stream is not complete. */
  end(): Item | undefined;
  /** The in-band error. */
  fail(fault: Fault): Item;
  /** What ends the answer as if it had reached its bound. */
  stop(cut: Cut): Item;
}

/** Why an answer is ended before its provider ends it, and what it used so far. */
export interface Cut {
  /** Of the error that a request would be refused with. */
  readonly code: string;
  readonly usage: Usage;
}

/** What of a stream tells how much it used. */
export type Seen = Pick<Interpretation, 'usage' | 'content'>;

/** How far a stream may go by the limits that hold for it. */
export interface Allowance {
  /** May more of the answer be read? A promise only where what is reserved is used up. */
  goOn(seen: Seen): boolean | Promise<boolean>;
  /** Ends the answer at the provider, and says why. Gives what its client is told. */
  cut(seen: Seen): Cut;
}

/** Bytes that a stream may send before its first content. */
const MAX_SILENCE = 1024 * 1024;

/** How a stream ended: with `fault`, or well. */
export type StreamEnd = (fault: Fault | undefined) => void;

/**
 * A provider's stream on its way to the client. `open` reads up to the first content, so that a stream that fails before it
 * can be tried elsewhere; then it is iterated, once. `onEnd` is called exactly once when it ends by itself, well or not.
 */
export class AnswerStream<Item> implements AsyncIterable<Item>, AsyncIterator<Item> {
  readonly interpreter: Interpreter<Item>;
  onEnd: StreamEnd = () => {};
  /** What may be told of a fault; set once the stream is open. */
  clean: (fault: Fault) => Fault = (fault) => fault;
  /** Where limits hold for it: how far it may go. */
  allowance: Allowance | undefined;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #reader: FrameReader;
  readonly #watch: Watch;
  readonly #held: Item[] = [];
  #over = false;
  #fault: Fault | undefined;
  #silence = 0;
  /** The client is still to be told of the fault. */
  #failing = false;
  /** Characters of the answer when it was first whole; Infinity once that proved to be no sign of its end. */
  #wholeAt: number | undefined;
  /** The answer has ended, and what the upstream has left is read away. */
  #draining = false;
  /** Is the client waiting for the next piece? */
  #pulling = false;
  /** The client has left: so many bytes more are read. */
  #left: number | undefined;

  constructor(source: AsyncIterable<Uint8Array>, reader: FrameReader, interpreter: Interpreter<Item>, watch: Watch) {
    this.#source = source[Symbol.asyncIterator]();
    this.#reader = reader;
    this.interpreter = interpreter;
    this.#watch = watch;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves at the first content, with a fault when the stream failed before it. Throws what is not the provider's fault. */
  async open(): Promise<Fault | undefined> {
    while (!this.#over && !this.interpreter.spoke) await this.#read();
    this.#watch.spoke();
    if (this.interpreter.spoke || this.#fault === undefined) return undefined;
    this.#watch.stop();
    const { usage } = this.interpreter;
    return usage === undefined ? this.#fault : { ...this.#fault, usage };
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#left !== undefined) return { done: true, value: undefined };
    if (this.#held.length === 0) {
      this.#pulling = true;
      this.#watch.waitFor('upstream');
      while (this.#held.length === 0 && !this.#over) {
        if (this.allowance !== undefined && !(await this.#allowed(this.allowance))) continue;
        // As #read does, without a function of its own: that would cost as much as all the rest of a piece.
        try {
          this.#got(await this.#source.next());
        } catch (error) {
          this.#broke(error);
        }
      }
      this.#watch.waitFor('client');
      this.#pulling = false;
      if (this.#left !== undefined) {
        void this.#rest();
        return { done: true, value: undefined };
      }
    }
    const value = this.#held.shift() ?? this.#failure();
    if (value !== undefined) return { done: false, value };
    this.#tellEnd();
    return { done: true, value: undefined };
  }

  /** The client has left: what is still to come, up to so many bytes, is read for its usage only. `onEnd` is called as ever. */
  readOn(bytes: number): void {
    this.#left = bytes;
    if (!this.#pulling) void this.#rest();
  }

  async #rest(): Promise<void> {
    this.#watch.waitFor('upstream');
    try {
      while (!this.#over) {
        this.#held.length = 0;
        if (this.allowance === undefined || (await this.#allowed(this.allowance))) await this.#read();
      }
    } catch (error) {
      // Nobody is there to be told.
      this.#over = true;
      this.#fault = { kind: 'unavailable', message: textOf(error) };
    }
    this.#held.length = 0;
    this.#failing = false;
    this.#tellEnd();
  }

  #tellEnd(): void {
    this.#unwatch();
    const { onEnd } = this;
    this.onEnd = () => {};
    onEnd(this.#fault && this.clean(this.#fault));
  }

  /** May more be read? If not, the answer is ended here. */
  async #allowed(allowance: Allowance): Promise<boolean> {
    const { interpreter } = this;
    if (interpreter.complete) return true;
    const answer = allowance.goOn(interpreter);
    if (answer === true || (await answer) || this.#over) return !this.#over;
    this.#over = true;
    this.#hold(interpreter.stop(allowance.cut(interpreter)));
    return false;
  }

  /** A consumer that stops early; the exchange does the cancelling. */
  return(): Promise<IteratorResult<Item, undefined>> {
    if (this.#left !== undefined) return Promise.resolve({ done: true, value: undefined });
    this.#over = true;
    this.#failing = false;
    this.#held.length = 0;
    this.#unwatch();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #read(): Promise<void> {
    try {
      this.#got(await this.#source.next());
    } catch (error) {
      this.#broke(error);
    }
  }

  #got({ done, value }: IteratorResult<Uint8Array, unknown>): void {
    if (done === true) {
      this.#last();
      return;
    }
    this.#watch.heard();
    if (!this.interpreter.spoke) this.#guardSilence(value.length);
    if (this.#left !== undefined) this.#guardRest(this.#left - value.length);
    this.#take(this.#reader.push(value));
    if (!this.#over) this.#watch.progress(this.interpreter.content);
  }

  /** What comes before the first content is held back, so it is bounded. */
  #guardSilence(bytes: number): void {
    this.#silence += bytes;
    if (this.#silence > MAX_SILENCE)
      throw new UpstreamError('upstream_invalid_response', 'The provider sent much and said nothing.', {
        shouldRetry: false,
      });
  }

  #guardRest(left: number): void {
    this.#left = left;
    if (left < 0)
      throw new UpstreamError('upstream_incomplete', 'The provider went on long after its client had left.');
  }

  #take(frames: Iterable<Frame>): void {
    this.#hold(this.interpreter.push(frames));
    const { fault, ended, complete } = this.interpreter;
    if (fault !== undefined) this.#stop(fault);
    else if (ended) this.#finish();
    else if (complete) this.#awaitEnd();
  }

  /** The connection has ended. */
  #last(): void {
    this.#take(this.#reader.end());
    if (this.#over) return;
    this.#hold(this.interpreter.end());
    const { fault } = this.interpreter;
    if (fault !== undefined)
      this.#stop(
        this.interpreter.said ? fault : invalidResponse('answered with something that is no stream of its format'),
      );
    this.#over = true;
  }

  #broke(error: unknown): void {
    // A connection that breaks after the answer has nothing left to break.
    if (this.interpreter.complete) this.#hold(this.interpreter.end());
    if (this.interpreter.complete && this.interpreter.fault === undefined) this.#over = true;
    else this.#stop(faultOf(error));
  }

  /** The format's last event: the client's stream ends with it, whatever the connection does. */
  #finish(): void {
    this.#hold(this.interpreter.end());
    this.#over = true;
    this.#draining = true;
    void drain(this.#source, this.#watch);
  }

  /**
   * The answer is whole and its last event is still to come, or the end of the connection where the format has no such event. Some say that
   * they have finished with every piece, or before the first one; to those it means nothing, and they are waited for as for any other.
   */
  #awaitEnd(): void {
    const { closes, content, spoke } = this.interpreter;
    if (this.#wholeAt === undefined) {
      this.#wholeAt = spoke ? content : Number.POSITIVE_INFINITY;
      if (spoke) this.#watch.whole(closes);
    } else if (content > this.#wholeAt) {
      this.#wholeAt = Number.POSITIVE_INFINITY;
      this.#watch.goesOn();
    }
  }

  #unwatch(): void {
    if (!this.#draining) this.#watch.stop();
  }

  /** The provider failed in its own stream: what came before it is sent, then the error. */
  #stop(fault: Fault): void {
    this.#over = true;
    this.#fault = fault;
    this.#failing = this.interpreter.spoke;
  }

  /** The in-band error, once. */
  #failure(): Item | undefined {
    if (!this.#failing || this.#fault === undefined) return undefined;
    this.#failing = false;
    return this.interpreter.fail(this.clean(this.#fault));
  }

  #hold(item: Item | undefined): void {
    if (item !== undefined) this.#held.push(item);
  }
}

function faultOf(error: unknown): Fault {
  return isGatewayError(error) && error.kind !== 'upstream'
    ? { kind: 'unavailable', message: error.message, error }
    : transportFault(error);
}
