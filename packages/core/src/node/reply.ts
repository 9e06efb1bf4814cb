import type { ServerResponse } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { nodeClock } from './clock.ts';
import { StreamWriter } from './stream-writer.ts';

/** Settings of {@link writeReply} and {@link streamOf}. */
export interface ReplyOptions {
  /** Default: the real time. */
  readonly clock?: Clock;
  /** How long a client may leave a stream unread, unless the reply says so itself. Milliseconds; default 60,000. */
  readonly clientIdle?: number;
}

const CLIENT_IDLE = 60_000;

/** How long the client of this reply may leave its stream unread. Milliseconds. */
export function clientIdleOf(reply: GatewayReply, options: ReplyOptions): number {
  return reply.clientIdle ?? options.clientIdle ?? CLIENT_IDLE;
}

const written = Promise.resolve();

/**
 * Writes a reply with backpressure. Resolves when all is handed over, or when the client has left (or not read for `reply.clientIdle`), which
 * cancels the reply; never rejects.
 * Headers that the host has set stay. An iterable that throws breaks the connection, because the headers promised something else.
 */
export function writeReply(reply: GatewayReply, response: ServerResponse, options: ReplyOptions = {}): Promise<void> {
  if (response.destroyed || response.closed || response.headersSent) {
    reply.cancel(new ClientGone());
    return written;
  }
  const { body } = reply;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return new StreamWriter(reply, body, response, options.clock ?? nodeClock, clientIdleOf(reply, options)).run();
  }
  writeWhole(reply, body, response);
  return written;
}

function writeWhole(reply: GatewayReply, body: Chunk, response: ServerResponse): void {
  try {
    const { headers } = reply;
    // The reply is this writer's own: no copy of it.
    headers['content-length'] = String(Buffer.byteLength(body));
    response.writeHead(reply.status, headers);
    response.end(body);
  } catch (error) {
    // A header that can't be sent.
    reply.cancel(error);
    response.destroy();
  }
}
