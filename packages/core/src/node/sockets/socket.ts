import type { RawData, WebSocket } from 'ws';
import { MAX_MESSAGE, type SocketListener, type WireSocket } from '../../transport/web-socket.ts';

/** What holds for either end. */
export const SOCKET_OPTIONS = {
  maxPayload: MAX_MESSAGE,
  // Audio is not made smaller by it, and a small frame could unfold to a large one.
  perMessageDeflate: false,
  /** Milliseconds that the other end has to answer a goodbye. */
  closeTimeout: 1000,
};

const OPEN = 1;
const CLOSED = 3;
const BROKE = 1006;
const TOO_LARGE = 1009;

/** Longest reason of a close in bytes. Source: RFC 6455, 5.5: a control frame carries 125, of which the code takes two. */
const MAX_REASON = 123;

/** An open WebSocket of `ws`, held still until somebody listens. */
export class NodeSocket implements WireSocket {
  readonly #socket: WebSocket;
  #over: [code: number, reason: string] | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.pause();
    // What an error leads to is told by the close behind it; without a listener it would end the process.
    socket.on('error', this.#fail);
    socket.on('close', this.#close);
  }

  listen(listener: SocketListener): void {
    const socket = this.#socket;
    socket.off('close', this.#close);
    if (this.#over !== undefined || socket.readyState === CLOSED) {
      queueMicrotask(() => listener.closed(...(this.#over ?? [BROKE, ''])));
      return;
    }
    socket.on('message', (data, binary) => listener.message(bytesOf(data), binary));
    socket.on('ping', () => listener.heard());
    socket.on('pong', () => listener.heard());
    socket.on('close', (code, reason) => listener.closed(this.#failed ?? code, reason.toString()));
    this.#drained = () => listener.drained();
    socket.resume();
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: Uint8Array | string, binary: boolean): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(data, { binary }, this.#drained);
  }

  ping(): void {
    if (this.#socket.readyState === OPEN) this.#socket.ping(undefined, undefined, ignore);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(code: number | undefined, reason: string): void {
    const socket = this.#socket;
    // A socket that is held still would not hear the answer.
    socket.resume();
    if (code === undefined) socket.close();
    else socket.close(code, shortened(reason));
  }

  destroy(): void {
    this.#socket.terminate();
  }

  #drained: () => void = ignore;
  #failed: number | undefined;

  readonly #fail = (error: Error & { readonly code?: string }): void => {
    // The other end is told 1009, and here the close looks like a break.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#failed = TOO_LARGE;
  };

  readonly #close = (code: number, reason: Buffer): void => {
    this.#over = [code, reason.toString()];
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function shortened(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_REASON) text = text.slice(0, -1);
  return text;
}

function ignore(): void {}
