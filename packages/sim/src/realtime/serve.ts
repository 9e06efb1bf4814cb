import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { asObject, asText, parseJson } from '../kit/json.ts';
import { playSession } from './session.ts';

/** A session that a client opened, or tried to. */
export interface SimSession {
  /** Path and query of the handshake. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly model: string;
  /** Events of the client, parsed; binary messages as bytes. */
  readonly received: unknown[];
  /** Bytes of the client's messages. */
  bytes: number;
  /** Of the close: undefined while it is open. 1006: the client broke it off. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** Bytes that the client has not taken. */
  readonly buffered: number;
  /** Sends any message to the client. */
  send(data: string | Uint8Array): void;
}

const PATHS = new Set(['/v1/realtime', '/openai/realtime', '/openai/v1/realtime']);

/**
 * Realtime sessions on a server. How a session goes stands in the name of its model: `sim-realtime`, and behind it words such as `e401`, `hang`, `cut`,
 * `hold`, `huge`, `flood`, `close-4000`; see `session.ts`.
 * Source: https://platform.openai.com/docs/guides/realtime-websocket
 */
export function serveSessions(server: Server): { sessions: readonly SimSession[]; close(): void } {
  const sessions: SimSession[] = [];
  const sockets = new Set<Duplex>();
  const accepting = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const session = sessionOf(request);
    sessions.push(session.log);
    if (session.model.includes('hang')) {
      socket.resume();
      socket.on('close', () => {
        session.log.closed = { code: 1006, reason: '' };
      });
      socket.on('end', () => socket.destroy());
      return;
    }
    const status = refusal(request, session.model);
    if (status !== undefined) refuse(socket, status);
    else accepting.handleUpgrade(request, socket, head, (open) => begin(open, session));
  });
  return {
    sessions,
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Opening {
  readonly model: string;
  readonly log: SimSession;
  socket?: WebSocket;
}

function sessionOf(request: IncomingMessage): Opening {
  const url = new URL(request.url ?? '/', 'http://sim');
  const model = url.searchParams.get('model') ?? url.searchParams.get('deployment') ?? '';
  const opening: Opening = {
    model,
    log: {
      path: request.url ?? '',
      headers: request.headers,
      model,
      received: [],
      bytes: 0,
      closed: undefined,
      get buffered() {
        return opening.socket?.bufferedAmount ?? 0;
      },
      send: (data) => opening.socket?.send(data),
    },
  };
  return opening;
}

function begin(socket: WebSocket, opening: Opening): void {
  const { log, model } = opening;
  opening.socket = socket;
  socket.on('error', () => undefined);
  const play = playSession(socket, model);
  socket.on('message', (data: Buffer, binary) => {
    log.bytes += data.length;
    if (binary) {
      log.received.push(data);
      socket.send(data, { binary: true });
      return;
    }
    const event = asObject(parseJson(data.toString()));
    log.received.push(event);
    play(event ?? {}, asText(event?.type) ?? '');
  });
  socket.on('close', (code, reason) => {
    log.closed = { code, reason: reason.toString() };
  });
}

/** The status that a handshake is refused with; undefined: it is taken. */
function refusal(request: IncomingMessage, model: string): number | undefined {
  const { pathname } = new URL(request.url ?? '/', 'http://sim');
  if (!PATHS.has(pathname)) return 404;
  if (request.headers.authorization === undefined && request.headers['api-key'] === undefined) return 401;
  const status = /-e(\d{3})\b/.exec(model)?.[1];
  return status === undefined ? undefined : Number(status);
}

function refuse(socket: Duplex, status: number): void {
  const body = JSON.stringify({
    error: { message: `Refused with ${status} by the script.`, type: 'invalid_request_error', param: null, code: null },
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
