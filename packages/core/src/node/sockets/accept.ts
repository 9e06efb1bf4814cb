import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WireSocket } from '../../transport/web-socket.ts';
import { NodeSocket, SOCKET_OPTIONS } from './socket.ts';

/** Answers 101 and gives the open socket. The handshake was checked before, so that nothing is dialled for a broken one. */
export function accepted(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
): Promise<WireSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...SOCKET_OPTIONS,
    handleProtocols: () => protocol ?? false,
  });
  return new Promise((resolve, reject) => {
    socket.once('close', reject);
    server.on('wsClientError', reject);
    server.handleUpgrade(incoming, socket, head, (open) => {
      socket.off('close', reject);
      resolve(new NodeSocket(open));
    });
  });
}
