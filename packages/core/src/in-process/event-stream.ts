import { createCollector } from '../chat/collect.ts';
import type { ChatEvent } from '../chat/events.ts';
import type { ChatReply } from '../chat/reply.ts';
import { asGatewayError, ClientGone, type GatewayError } from '../kit/errors.ts';
import type { LineExchange } from '../line/exchange.ts';
import { guardEvents } from '../line/guard-out.ts';
import { upstreamError } from '../line/upstream-error.ts';
import { settleWith, whenCancelled } from './cancelled.ts';

/** Where an {@link EventStream} takes its events from. */
export interface EventSource {
  /** Ends after a fault event, or after `reply-end`. */
  readonly batches: AsyncIterator<ChatEvent[]>;
  /** Settles the request as answered, also when the provider's connection has not ended yet. */
  finish(): void;
}

const DONE: IteratorResult<ChatEvent, undefined> = Object.freeze({ done: true, value: undefined });

/** Batches as single events, for one consumer. A fault is thrown to whoever iterates, and rejects `reply`. */
export class EventStream implements AsyncIterator<ChatEvent, undefined> {
  readonly reply: Promise<ChatReply>;
  readonly #exchange: LineExchange;
  readonly #source: EventSource;
  readonly #guard: ReturnType<typeof guardEvents>;
  readonly #closeUpstream: (reason: unknown) => void;
  readonly #collector = createCollector();
  #waiting: readonly ChatEvent[] = [];
  #at = 0;
  #complete = false;
  #over = false;
  /** Why it is over, until somebody was told. */
  #untold: GatewayError | undefined;
  #resolve: (reply: ChatReply) => void = () => {};
  #reject: (error: GatewayError) => void = () => {};

  constructor(exchange: LineExchange, source: EventSource) {
    this.#exchange = exchange;
    this.#source = source;
    this.#guard = guardEvents(exchange);
    this.#closeUpstream = whenCancelled(exchange, (error) => this.#fail(error));
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Cancelled between its first content and now.
    if (exchange.cancelled !== undefined) this.#fail(asGatewayError(exchange.cancelled));
  }

  async next(): Promise<IteratorResult<ChatEvent, undefined>> {
    let event: ChatEvent | undefined;
    try {
      event = this.#over ? undefined : await this.#event();
    } catch (thrown) {
      this.#fail(asGatewayError(thrown));
    }
    const error = this.#untold;
    this.#untold = undefined;
    if (error !== undefined) throw error;
    return this.#over || event === undefined ? DONE : { done: false, value: event };
  }

  /** The consumer stops: before the answer is whole it has left, after that nothing is lost. */
  return(): Promise<IteratorResult<ChatEvent, undefined>> {
    if (!this.#complete) this.cancel();
    else if (!this.#over) {
      this.#finish();
      this.#close(undefined);
    }
    this.#untold = undefined;
    return Promise.resolve(DONE);
  }

  cancel(reason?: unknown): void {
    this.#fail(new ClientGone(reason ?? new Error('the consumer stopped')));
  }

  /** The next event; undefined at a good end. Throws the fault of the provider or of a hook. */
  async #event(): Promise<ChatEvent | undefined> {
    while (this.#at >= this.#waiting.length) {
      const step = await this.#source.batches.next();
      if (step.done === true) {
        this.#finish();
        return undefined;
      }
      this.#waiting = this.#guard === undefined ? step.value : await this.#guard(step.value);
      this.#at = 0;
    }
    const event = this.#waiting[this.#at++] as ChatEvent;
    if (event.type === 'fault') {
      // The source settles with its fault when it is asked for what comes after it.
      await this.#source.batches.next();
      throw upstreamError(event.fault);
    }
    if (event.type === 'reply-end') this.#complete = true;
    this.#collector.push(event);
    return event;
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#source.finish();
    this.#resolve(this.#collector.reply());
  }

  #fail(error: GatewayError): void {
    if (this.#over) return;
    this.#over = true;
    this.#untold = error;
    // Before it is settled, so that whoever asks finds the request cancelled and not merely over.
    this.#exchange.cancel(error);
    settleWith(this.#exchange, error);
    this.#close(error);
    this.#reject(error);
  }

  #close(reason: unknown): void {
    this.#closeUpstream(reason);
    void this.#source.batches.return?.();
  }
}
