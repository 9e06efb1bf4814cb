import { ClientGone, type GatewayError } from '../kit/errors.ts';
import type { LineExchange } from '../line/exchange.ts';
import { refuse } from '../line/refuse.ts';
import { walk } from '../line/walk.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import type { WireAnswer } from './answers.ts';
import { settleWith, whenCancelled } from './cancelled.ts';

const decoder = new TextDecoder();

/** A request in a wire format down the whole line; a refusal is an answer with its status, also one from before the line. */
export async function callWire(exchange: LineExchange, refusal?: GatewayError): Promise<WireAnswer> {
  const reply = refusal === undefined ? await walk(exchange) : refuse(exchange, refusal);
  const { status, headers, body } = reply;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    const stream = new WireStream(exchange, reply, body[Symbol.asyncIterator]());
    return { status, headers, body: undefined, stream, cancel: (reason) => stream.cancel(reason) };
  }
  // A provider that doesn't stream: the stream's bytes are all there.
  if (headers['content-type']?.startsWith('application/json') !== true) {
    return { status, headers, body: undefined, stream: once(body), cancel: () => {} };
  }
  const text = typeof body === 'string' ? body : decoder.decode(body);
  return { status, headers, body: parsed(text), stream: undefined, cancel: () => {} };
}

/** What came as JSON and is none is given as it came. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* once(chunk: Chunk): AsyncGenerator<Chunk, undefined> {
  yield chunk;
}

/** A reply's stream under the hand of one consumer, who stands where a mount would. */
class WireStream implements AsyncIterable<Chunk>, AsyncIterator<Chunk, undefined> {
  readonly #reply: GatewayReply;
  readonly #chunks: AsyncIterator<Chunk>;

  constructor(exchange: LineExchange, reply: GatewayReply, chunks: AsyncIterator<Chunk>) {
    this.#reply = reply;
    this.#chunks = chunks;
    whenCancelled(exchange, (error) => {
      settleWith(exchange, error);
      // Nobody may come for what is left. After a time limit somebody may, and is to find the error in the stream.
      if (error.kind === 'gone') void chunks.return?.();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    const { done, value } = await this.#chunks.next();
    return done === true ? { done, value: undefined } : { done: false, value };
  }

  return(): Promise<IteratorResult<Chunk, undefined>> {
    this.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  cancel(reason?: unknown): void {
    this.#reply.cancel(new ClientGone(reason ?? new Error('the consumer stopped')));
    void this.#chunks.return?.();
  }
}
