import { type ResourceKind, streamedId, wholeId } from '../adapters/resources.ts';
import type { ResourcesSettings } from '../config/relay-settings.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { bind, boundResources } from './bindings.ts';
import type { LineExchange } from './exchange.ts';

/** Characters of a stream that are looked through for the id of what is kept; it stands in the first event that tells of it. */
const LOOKED_AT = 64 * 1024;

/** An answer that the provider keeps is the caller's before it is told of it. A refusal is none. Rejects when the store does. */
export async function bindReply(
  exchange: LineExchange,
  kind: ResourceKind,
  reply: GatewayReply,
): Promise<GatewayReply> {
  const resources = boundResources(exchange);
  if (resources === undefined || reply.status >= 400) return reply;
  const { body } = reply;
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    return { ...reply, body: new BindingStream(exchange, resources, kind, body) };
  // A whole answer that is passed on was bound when it was read.
  if (exchange.route.relay !== undefined) return reply;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  // A whole answer that came in place of a stream is the stream's text.
  await bindId(exchange, resources, kind, wholeId(text) ?? streamedId(text, kind));
  return reply;
}

async function bindId(
  exchange: LineExchange,
  resources: ResourcesSettings,
  kind: ResourceKind,
  id: string | undefined,
): Promise<void> {
  const place = exchange.served?.deployment.id;
  if (id !== undefined && place !== undefined) await bind(exchange, resources, [{ kind, id }], place);
}

/** A stream that holds each piece back until the id in it, or before it, is bound. */
class BindingStream implements AsyncIterable<Chunk>, AsyncIterator<Chunk> {
  readonly #exchange: LineExchange;
  readonly #resources: ResourcesSettings;
  readonly #kind: ResourceKind;
  readonly #chunks: AsyncIterator<Chunk>;
  readonly #decoder = new TextDecoder();
  #text = '';
  #done = false;

  constructor(exchange: LineExchange, resources: ResourcesSettings, kind: ResourceKind, chunks: AsyncIterable<Chunk>) {
    this.#exchange = exchange;
    this.#resources = resources;
    this.#kind = kind;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return { done, value: undefined };
    if (!this.#done) await this.#look(value);
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Chunk, undefined>> {
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  async #look(chunk: Chunk): Promise<void> {
    this.#text += typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    const id = streamedId(this.#text, this.#kind);
    this.#done = id !== undefined || this.#text.length > LOOKED_AT;
    if (!this.#done) return;
    this.#text = '';
    await bindId(this.#exchange, this.#resources, this.#kind, id);
  }
}
