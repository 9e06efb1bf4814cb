import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimOptions } from '../options.ts';
import { type SimSession, serveSessions } from '../realtime/serve.ts';
import { createSim, type Sim, type SimAnswer, type SimLog } from '../sim.ts';

/** A simulated provider behind a port of 127.0.0.1. */
export interface ServedSim extends SimLog {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  /** The sessions that were opened or refused, oldest first. */
  readonly sessions: readonly SimSession[];
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Options of {@link serveSim}. */
export interface ServeSimOptions extends SimOptions {
  /** Default 0: any free port. */
  readonly port?: number;
}

/** Starts a simulated provider on 127.0.0.1. */
export async function serveSim(options: ServeSimOptions = {}): Promise<ServedSim> {
  const sim = createSim(options);
  const server = createServer((request, response) => {
    void serve(sim, request, response).catch(() => response.destroy());
  });
  const realtime = serveSessions(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    sessions: realtime.sessions,
    calls: sim.calls,
    openCalls: sim.openCalls,
    arrived: sim.arrived,
    close: () =>
      new Promise((resolve) => {
        realtime.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(sim: Sim, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const gone = new AbortController();
  // Closed before it is finished: the client has left. After it, aborting does nothing any more.
  const answer = sim.answer({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: headersOf(request),
    body,
  });
  request.socket.setNoDelay(true);
  response.once('close', () => {
    answer.leave();
    gone.abort(new Error('the client left'));
  });
  try {
    await answer.headersDue(gone.signal);
  } catch {
    // No header was due: the script resets the connection, or the client left and there is nothing to reset.
    request.socket.resetAndDestroy();
    return;
  }
  await write(answer, response, gone.signal);
}

async function write(answer: SimAnswer, response: ServerResponse, gone: AbortSignal): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  try {
    for await (const bytes of answer.writes(gone)) await written(response, bytes, gone);
  } catch {
    response.destroy();
    return;
  }
  response.end();
}

/** Resolves when the system has taken the bytes, or when the client is gone. */
function written(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done, { once: true });
    response.write(bytes, done);
  });
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
