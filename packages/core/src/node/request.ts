import type { IncomingMessage, ServerResponse } from 'node:http';
import { Cancellation, type CancelSignal } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Body } from '../transport/body.ts';
import type { BodyLimits, GatewayRequest } from '../transport/gateway-request.ts';
import { nodeClock } from './clock.ts';
import { isFinished } from './finished.ts';
import { readBody } from './read-body.ts';
import { readStream } from './upload.ts';

/** Further facts of {@link requestOf}. */
export interface RequestOptions {
  /** What the host's body parser made, where it isn't `incoming.body`: an object, a string or bytes. */
  readonly body?: unknown;
  /** Of the upload's stall timer. Default: the real time. */
  readonly clock?: Clock;
}

/**
 * A request of node:http as the gateway takes it. Nothing is read or listened to before it is asked for.
 *
 * @param host the framework's own request
 * @param url below the mount's prefix, starting with `/`, with or without a query
 * @param response its `close` before `finish` is how a leaving client is seen
 */
export function requestOf<Host>(
  incoming: IncomingMessage,
  host: Host,
  url: string,
  response: ServerResponse,
  options: RequestOptions = {},
): GatewayRequest<Host> {
  return new NodeRequest(incoming, host, url, response, options);
}

class NodeRequest<Host> implements GatewayRequest<Host> {
  readonly method: string;
  readonly path: string;
  readonly host: Host;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: RequestOptions;
  readonly #search: string;
  #query: URLSearchParams | undefined;
  #gone: Cancellation | undefined;
  #body: Promise<Body> | undefined;

  constructor(incoming: IncomingMessage, host: Host, url: string, response: ServerResponse, options: RequestOptions) {
    const mark = url.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.host = host;
    this.#incoming = incoming;
    this.#response = response;
    this.#options = options;
    this.#search = mark === -1 ? '' : url.slice(mark);
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }

  get signal(): CancelSignal {
    this.#gone ??= goneSignal(this.#response);
    return this.#gone;
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    const { headers } = this.#incoming;
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  }

  body(limits: BodyLimits): Promise<Body> {
    this.#body ??= readBody(this.#incoming, limits, this.#options.body, this.#options.clock ?? nodeClock);
    return this.#body;
  }

  upload(): AsyncIterable<Uint8Array> {
    return readStream(this.#incoming, this.#options.clock ?? nodeClock);
  }
}

/** Aborts when the response closes before it is finished. The request's own `close` says nothing: it comes when the body was read. */
function goneSignal(response: ServerResponse): Cancellation {
  const gone = new Cancellation();
  const close = (): void => {
    if (!isFinished(response)) gone.abort(new ClientGone());
  };
  if (response.closed || response.destroyed) close();
  else response.once('close', close);
  return gone;
}
