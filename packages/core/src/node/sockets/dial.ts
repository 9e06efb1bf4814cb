import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { CancelSignal } from '../../kit/cancel.ts';
import type { WireRequest, WireResponse } from '../../transport/dispatcher.ts';
import type { WireSocket } from '../../transport/web-socket.ts';
import type { DispatcherOptions } from '../dispatcher.ts';
import { upstreamError } from '../upstream-error.ts';
import { proxied } from './proxied.ts';
import { NodeSocket, SOCKET_OPTIONS } from './socket.ts';

/** Milliseconds until a connection must be open; the same that other calls have to connect. */
const OPEN_TIMEOUT = 10_000;

/** Opens a WebSocket at a provider; see the port. */
export function dial(
  request: WireRequest,
  signal: CancelSignal,
  { connect = {}, environment = {} }: DispatcherOptions,
): Promise<WireSocket | WireResponse> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    // http → ws, https → wss. The origin is the configuration's.
    const socket = new WebSocket(request.origin.replace(/^http/, 'ws') + request.path, {
      headers: request.headers,
      handshakeTimeout: OPEN_TIMEOUT,
      ...SOCKET_OPTIONS,
      followRedirects: false,
      ...tlsOf(connect),
      ...proxied(request.origin, environment, tlsOf(connect)),
    });
    const abort = {
      handleEvent(): void {
        reject(signal.reason);
        socket.terminate();
      },
    };
    signal.addEventListener('abort', abort);
    const settled = (): void => signal.removeEventListener('abort', abort);
    socket.on('error', (error) => {
      settled();
      reject(upstreamError(error, { reused: false, answering: false }));
    });
    socket.on('unexpected-response', (sent, response) => {
      settled();
      resolve(refusalOf(response, () => sent.destroy()));
    });
    socket.on('open', () => {
      settled();
      resolve(new NodeSocket(socket));
    });
  });
}

/** Those of the dispatcher's connect options that TLS knows under the same names. */
function tlsOf(connect: NonNullable<DispatcherOptions['connect']>): Record<string, unknown> {
  const { ca, cert, key, rejectUnauthorized, servername } = connect as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
  );
}

function refusalOf(response: IncomingMessage, close: () => void): WireResponse {
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = Object.hasOwn(response.headers, name) ? response.headers[name] : undefined;
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: response,
    cancel: close,
  };
}
