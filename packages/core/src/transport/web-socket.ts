import type { CancelSignal } from '../kit/cancel.ts';
import type { WireRequest, WireResponse } from './dispatcher.ts';
import type { GatewayReply, GatewayRequest } from './gateway-request.ts';

/** What is told of an open WebSocket. None of these may throw. */
export interface SocketListener {
  /** A whole message; `binary` false: UTF-8 text. */
  message(data: Uint8Array, binary: boolean): void;
  /** A ping or pong: the other end is there. */
  heard(): void;
  /** What was handed over has gone out. */
  drained(): void;
  /** Once. 1005: closed without a code, 1006: the connection broke. Source: RFC 6455, 7.4.1 */
  closed(code: number, reason: string): void;
}

/** One end of an open WebSocket, the client's or a provider's. */
export interface WireSocket {
  /** Begins the delivery of messages; called once. */
  listen(listener: SocketListener): void;
  /** Hands over a message; nothing happens once the socket is closing. */
  send(data: Uint8Array | string, binary: boolean): void;
  /** Bytes handed over that have not gone out. */
  readonly buffered: number;
  ping(): void;
  /** Stops reading, so that the other end feels it. */
  pause(): void;
  resume(): void;
  /** Says goodbye behind what was handed over. `code` undefined: without one. Closed for good when the other end doesn't answer in a second. */
  close(code: number | undefined, reason: string): void;
  /** Closes the connection at once. */
  destroy(): void;
}

/** A client that asks for a WebSocket and waits: answered once, by either `accept` or `refuse`. */
export interface SocketOffer {
  /** `signal` aborts when the client leaves before it was answered. */
  readonly request: GatewayRequest;
  /**
   * Answers 101. `protocol`: the subprotocol that is agreed on, one of those that the client offers; undefined for none. `headers`: further ones of
   * the answer. Rejects with ClientGone when the client is gone, and with RequestError for a handshake that doesn't hold.
   */
  accept(protocol: string | undefined, headers: Readonly<Record<string, string>>): Promise<WireSocket>;
  /** Answers with a whole HTTP reply and closes. */
  refuse(reply: GatewayReply): void;
}

/** The part of a Node request that an upgrade needs; every `IncomingMessage` is one. */
export interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The socket of an upgrade; every `Duplex` of `server.on('upgrade')` is one. */
export interface UpgradeSocket {
  destroy(error?: Error): unknown;
}

/** WebSockets as a port: where a runtime has none, sessions are not served. */
export interface WebSockets {
  /** Takes over the socket of an upgrade at once, and opens nothing. `url`: below the mount's prefix. `host`: for `access.identify`. */
  offer(request: UpgradeRequest, socket: UpgradeSocket, head: Uint8Array, url: string, host: unknown): SocketOffer;
  /**
   * Opens a WebSocket at a provider. A provider that answers with anything but 101 has refused, and its answer is given. Closed at once when the
   * signal aborts before it is open. Rejects with the signal's reason, else with UpstreamError `upstream_unavailable`.
   */
  dial(request: WireRequest, signal: CancelSignal): Promise<WireSocket | WireResponse>;
}

/** Largest message either end may send, in bytes; beyond it the connection is closed with 1009. */
export const MAX_MESSAGE = 16 * 1024 * 1024;

/** Tells an open socket from the answer that refuses one. */
export function isSocket(opened: WireSocket | WireResponse): opened is WireSocket {
  return 'listen' in opened;
}
