import type { Encoder } from '../../adapters/adapter.ts';
import type { ChatEvent } from '../../chat/events.ts';
import { asGatewayError } from '../../kit/errors.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import type { LineExchange } from '../exchange.ts';
import { guardEvents } from '../guard-out.ts';
import { upstreamError } from '../upstream-error.ts';
import { cutNote } from './cut-note.ts';
import { joined } from './join.ts';

const SSE = 'text/event-stream';

/** Canonical events in batches → chunks of the client's stream. A fault ends it with the format's in-band error. */
export function encoded(
  batches: AsyncIterator<ChatEvent[]>,
  encoder: Encoder,
  exchange: LineExchange,
): AsyncIterable<Chunk> {
  return new EncodedStream(batches, encoder, exchange);
}

/** A whole answer as a stream's bytes, for a provider that does not stream. */
export function encodeAll(events: readonly ChatEvent[], encoder: Encoder): Chunk {
  return joined([batch(events, encoder), encoder.end()]);
}

function batch(events: readonly ChatEvent[], encoder: Encoder): Chunk {
  if (events.length === 1 && events[0] !== undefined) return piece(events[0], encoder);
  return joined(events.map((event) => piece(event, encoder)));
}

function piece(event: ChatEvent, encoder: Encoder): Chunk {
  return event.type === 'fault' ? encoder.fail(upstreamError(event.fault)) : encoder.push(event);
}

/** Hand-written and not a generator: a generator returned before its first `next` never runs its `finally`, and costs more per event. */
class EncodedStream implements AsyncIterable<Chunk>, AsyncIterator<Chunk> {
  readonly #batches: AsyncIterator<ChatEvent[]>;
  readonly #encoder: Encoder;
  readonly #exchange: LineExchange;
  readonly #guard: ReturnType<typeof guardEvents>;
  #failed = false;
  #ended = false;

  constructor(batches: AsyncIterator<ChatEvent[]>, encoder: Encoder, exchange: LineExchange) {
    this.#batches = batches;
    this.#encoder = encoder;
    this.#exchange = exchange;
    this.#guard = guardEvents(exchange);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    while (!this.#ended) {
      const chunk = await this.#chunk();
      if (chunk.length > 0) return { done: false, value: chunk };
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Chunk, undefined>> {
    this.#ended = true;
    void this.#batches.return?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** A hook that refuses, and whatever else throws here, ends the stream with an in-band error and closes the upstream. */
  async #chunk(): Promise<Chunk> {
    try {
      const step = await this.#batches.next();
      if (step.done === true) return this.#end();
      return this.#encode(this.#guard === undefined ? step.value : await this.#guard(step.value));
    } catch (thrown) {
      this.#ended = true;
      const error = asGatewayError(thrown);
      this.#exchange.cancel(error);
      return this.#encoder.fail(error);
    }
  }

  #encode(events: readonly ChatEvent[]): Chunk {
    if (events.some((event) => event.type === 'fault')) this.#failed = true;
    const chunk = batch(events, this.#encoder);
    const { cut } = this.#exchange;
    return cut === undefined || !this.#encoder.contentType.startsWith(SSE) ? chunk : joined([cutNote(cut.code), chunk]);
  }

  #end(): Chunk {
    this.#ended = true;
    return this.#failed ? '' : this.#encoder.end();
  }
}
