import type { Encoder } from '../adapters/adapter.ts';
import { STREAM_TYPES } from '../adapters/stream-types.ts';
import { replyToEvents } from '../chat/replay.ts';
import type { ChatReply } from '../chat/reply.ts';
import { ClientGone, isGatewayError } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import type { Delivered } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { guardEvents } from './guard-out.ts';
import { posternHeaders } from './headers.ts';
import { deliverRelay } from './relay/deliver.ts';
import { settle, settleStream } from './settle.ts';
import { stashEvents, stashReply } from './stash.ts';
import { encodeAll, encoded } from './stream/encode.ts';

const JSON_TYPE = 'application/json';

/** deliver: the answer in the client's format. A whole answer is settled here; a stream when it ends, or is cancelled. */
export function deliver(exchange: LineExchange, answer: Delivered): GatewayReply | Promise<GatewayReply> {
  if (answer.kind === 'whole') return whole(exchange, answer.type ?? JSON_TYPE, answer.body, exchange.dropped);
  if (answer.kind === 'bytes') {
    answer.stream.onEnd = (fault) => settleStream(exchange, fault);
    return streamed(exchange, answer.type, answer.stream);
  }
  if (answer.kind === 'chunks') {
    answer.stream.onEnd = (fault) => settleStream(exchange, fault);
    follow(exchange, answer.stream);
    return streamed(exchange, STREAM_TYPES[answer.framing], answer.stream);
  }
  if (answer.kind === 'relayed' || answer.kind === 'relay') return deliverRelay(exchange, answer);
  const { adapter } = exchange;
  if (answer.kind === 'socket') throw new TypeError('a session is relayed and not delivered');
  if (adapter === undefined) throw new TypeError('a canonical answer has no wire form');
  if (answer.kind === 'events' || answer.kind === 'continued') {
    const encoder = adapter.server.encoder(exchange);
    answer.stream.onEnd = (fault) => {
      exchange.dropped = [...exchange.dropped, ...encoder.dropped];
      settleStream(exchange, fault);
    };
    follow(exchange, answer.stream);
    return streamed(exchange, encoder.contentType, encoded(stashEvents(exchange, answer.stream), encoder, exchange));
  }
  stashReply(exchange, answer.reply);
  if (exchange.peek.stream) return replayed(exchange, adapter.server.encoder(exchange), answer.reply);
  const rendered = adapter.server.render(answer.reply, exchange);
  return whole(exchange, JSON_TYPE, JSON.stringify(rendered.body), [...exchange.dropped, ...rendered.dropped]);
}

/** From now on the client reads it; one that has left already never does. */
function follow(exchange: LineExchange, stream: NonNullable<LineExchange['stream']>): void {
  exchange.stream = stream;
  if (exchange.draining) stream.readOn(exchange.line.settings.answer.maxBytes);
}

/** A stream was asked for and the provider gave a whole answer. */
async function replayed(exchange: LineExchange, encoder: Encoder, reply: ChatReply): Promise<GatewayReply> {
  const events = replyToEvents(reply);
  const body = encodeAll((await guardEvents(exchange)?.(events)) ?? events, encoder);
  return whole(exchange, encoder.contentType, body, [...exchange.dropped, ...encoder.dropped]);
}

function whole(exchange: LineExchange, contentType: string, body: Chunk, dropped: readonly string[]): GatewayReply {
  exchange.dropped = dropped;
  settle(exchange, 'ok', 200);
  return new WholeReply(posternHeaders(exchange, contentType), body);
}

function streamed(exchange: LineExchange, contentType: string, body: AsyncIterable<Chunk>): GatewayReply {
  exchange.replied = true;
  return {
    status: 200,
    headers: {
      // no-transform: compression() of a host would hold events back; the second one tells nginx not to buffer.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...posternHeaders(exchange, contentType),
    },
    body,
    clientIdle: exchange.line.settings.timeouts.clientIdle,
    cancel: (reason) => exchange.cancel(isGatewayError(reason) ? reason : new ClientGone(reason)),
  };
}

/** An answer that needs no more of anybody. A class for the same reason as ByteText. */
class WholeReply implements GatewayReply {
  readonly status = 200;
  readonly headers: Record<string, string>;
  readonly body: Chunk;

  constructor(headers: Record<string, string>, body: Chunk) {
    this.headers = headers;
    this.body = body;
  }

  cancel(): void {}
}
