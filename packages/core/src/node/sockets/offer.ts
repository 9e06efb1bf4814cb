import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Cancellation, type CancelSignal } from '../../kit/cancel.ts';
import { ClientGone, RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { GatewayReply, GatewayRequest } from '../../transport/gateway-request.ts';
import type { SocketOffer, WireSocket } from '../../transport/web-socket.ts';

/** Bytes that a client may send before it has an answer; it has nothing to say yet. */
const MOST_EARLY = 64 * 1024;

/** The socket of an upgrade while its client waits for the answer. */
export class NodeOffer implements SocketOffer {
  readonly request: GatewayRequest;
  readonly #incoming: IncomingMessage;
  readonly #socket: Duplex;
  readonly #early: Uint8Array[];
  readonly #gone = new Cancellation();
  #size = 0;
  #answered = false;

  constructor(incoming: IncomingMessage, socket: Duplex, head: Uint8Array, url: string, host: unknown) {
    this.#incoming = incoming;
    this.#socket = socket;
    this.#early = [head];
    this.request = new UpgradedRequest(incoming, url, host, this.#gone);
    // Without a listener an error of the socket would end the process.
    socket.on('error', this.#leave);
    socket.on('close', this.#leave);
    socket.on('end', this.#leave);
    // Only a socket that is read tells that its other end has left.
    socket.on('data', this.#keep);
  }

  async accept(protocol: string | undefined, headers: Readonly<Record<string, string>>): Promise<WireSocket> {
    const { accepted } = await import('./accept.ts');
    if (this.#gone.aborted) throw this.#gone.reason;
    this.#answer();
    this.#socket.pause();
    return accepted(this.#incoming, this.#socket, Buffer.concat(this.#early), protocol, headers);
  }

  refuse({ status, headers, body }: GatewayReply): void {
    if (this.#answered || this.#gone.aborted) return;
    this.#answer();
    const socket = this.#socket;
    socket.on('error', ignore);
    socket.resume();
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : '';
    const lines = Object.entries({
      ...headers,
      'content-length': String(Buffer.byteLength(text)),
      connection: 'close',
    });
    const head = lines.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}\r\n`).join('');
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${head}\r\n`, 'latin1');
    socket.end(text, () => socket.destroy());
  }

  #answer(): void {
    this.#answered = true;
    const socket = this.#socket;
    socket.off('error', this.#leave);
    socket.off('close', this.#leave);
    socket.off('end', this.#leave);
    socket.off('data', this.#keep);
  }

  readonly #leave = (): void => {
    this.#gone.abort(new ClientGone());
    this.#socket.destroy();
  };

  readonly #keep = (piece: Uint8Array): void => {
    this.#size += piece.length;
    if (this.#size > MOST_EARLY) this.#leave();
    else this.#early.push(piece);
  };
}

/** The request of an upgrade; it has no body. */
class UpgradedRequest implements GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly signal: CancelSignal;
  readonly host: unknown;
  readonly #incoming: IncomingMessage;

  constructor(incoming: IncomingMessage, url: string, host: unknown, signal: CancelSignal) {
    const mark = url.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? '' : url.slice(mark));
    this.signal = signal;
    this.host = host;
    this.#incoming = incoming;
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    const { headers } = this.#incoming;
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  }

  body(): Promise<Body> {
    return Promise.reject(new RequestError('invalid_request', 'An upgrade has no body.'));
  }
}

function ignore(): void {}
