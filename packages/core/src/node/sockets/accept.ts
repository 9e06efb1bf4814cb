import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ClientGone, RequestError } from '../../kit/errors.ts';
import type { WireSocket } from '../../transport/web-socket.ts';
import { NodeSocket, SOCKET_OPTIONS } from './socket.ts';

/** Answers 101 and gives the open socket. The handshake was checked before, so that nothing is dialled for a broken one. */
export function accepted(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<WireSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...SOCKET_OPTIONS,
    handleProtocols: () => protocol ?? false,
  });
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new ClientGone());
    socket.once('close', gone);
    server.on('headers', (lines) => {
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    });
    server.on('wsClientError', (cause) => {
      reject(new RequestError('invalid_request', 'This is no WebSocket handshake.', { cause }));
      socket.destroy();
    });
    server.handleUpgrade(incoming, socket, head, (open) => {
      socket.off('close', gone);
      resolve(new NodeSocket(open));
    });
  });
}
