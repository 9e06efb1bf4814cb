import type { Dispatcher } from 'undici';
import type { CancelSignal } from '../kit/cancel.ts';
import { isGatewayError } from '../kit/errors.ts';
import type { WireResponse } from '../transport/dispatcher.ts';
import { BodyQueue, type BodySource } from './body-queue.ts';
import { headerOf } from './raw-headers.ts';
import { upstreamError } from './upstream-error.ts';

/** What a call tells the connection it runs on. */
export interface Line {
  /** Did an earlier call get its answer over this connection? Then it may have gone stale since. */
  readonly reused: boolean;
  /** Gives up a connection that is being made. */
  interrupt(): void;
  /** The call is over; the line may carry the next one. `answered`: over this connection came a whole answer. */
  release(answered: boolean): void;
}

/**
 * One call, as undici's handler. It uses the handler's first form (onConnect … onError) because that leaves the headers unparsed; what most answers
 * carry is never looked at.
 * Source: https://github.com/nodejs/undici/blob/v7.30.2/docs/docs/api/Dispatcher.md#dispatcherdispatchoptions-handler
 */
export class WireCall implements Dispatcher.DispatchHandler, BodySource {
  readonly #line: Line;
  readonly #signal: CancelSignal;
  #resolve: (response: WireResponse) => void;
  #reject: (reason: unknown) => void;
  #abort: ((reason?: Error) => void) | undefined;
  #resume: () => void = ignore;
  #body: BodyQueue | undefined;
  #cancelled: { readonly reason: unknown } | undefined;
  #reused = false;
  #answering = false;
  #over = false;

  constructor(
    line: Line,
    signal: CancelSignal,
    resolve: (response: WireResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#line = line;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this);
  }

  /** Of the signal: a listener object, so that no closure is made per call. */
  handleEvent(): void {
    this.cancel(this.#signal.reason);
  }

  cancel(reason: unknown): void {
    if (this.#over || this.#cancelled !== undefined) return;
    this.#cancelled = { reason };
    this.#fail(reason, true);
    // Without a connection there is only the making of one to stop; should it come all the same, onConnect closes it.
    if (this.#abort === undefined) this.#line.interrupt();
    else this.#abort(reason as Error);
  }

  resume(): void {
    this.#resume();
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#reused = this.#line.reused;
    this.#abort = abort;
    if (this.#cancelled !== undefined) abort(this.#cancelled.reason as Error);
  }

  onResponseStarted(): void {
    this.#answering = true;
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#resume = resume;
    this.#body = new BodyQueue(this);
    this.#resolve(new WireAnswer(status, headers, this.#body, this));
    // The call lasts as long as the body is read, and the headers need not.
    this.#resolve = ignore;
    this.#reject = ignore;
    return true;
  }

  onData(piece: Buffer): boolean {
    return this.#body === undefined || this.#body.push(piece);
  }

  onComplete(): void {
    this.#finish(true);
    this.#body?.end();
  }

  onError(error: Error): void {
    this.#finish(false);
    if (this.#cancelled !== undefined) return;
    // What a body that is read piece by piece has thrown is nobody's fault upstream.
    const reason = isGatewayError(error)
      ? error
      : upstreamError(error, { reused: this.#reused, answering: this.#answering });
    this.#fail(reason, false);
  }

  #fail(reason: unknown, discard: boolean): void {
    if (this.#body === undefined) this.#reject(reason);
    else this.#body.fail(reason, discard);
  }

  #finish(answered: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#signal.removeEventListener('abort', this);
    this.#line.release(answered);
  }
}

class WireAnswer implements WireResponse {
  readonly status: number;
  readonly body: BodyQueue;
  readonly #headers: readonly Buffer[];
  readonly #call: WireCall;

  constructor(status: number, headers: readonly Buffer[], body: BodyQueue, call: WireCall) {
    this.status = status;
    this.body = body;
    this.#headers = headers;
    this.#call = call;
  }

  header(name: string): string | undefined {
    return headerOf(this.#headers, name);
  }

  cancel(reason: unknown): void {
    this.#call.cancel(reason);
  }
}

function ignore(): void {}
