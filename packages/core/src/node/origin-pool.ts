import { buildConnector, Client } from 'undici';
import type { CancelSignal } from '../kit/cancel.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import { type Line, WireCall } from './wire-call.ts';

/** Idle connections that are kept per origin; those beyond are closed when their call is over. */
const MOST_IDLE = 256;

/**
 * undici's options of every connection. No timeouts on headers and body: an answer may take as long as the attempt's own timers allow, and undici's
 * 300 s would cut slow ones. Idle connections are given up before the usual servers and balancers (60 s and more) do it, or as the server says in
 * `keep-alive`.
 */
export const CONNECTION_OPTIONS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  pipelining: 1,
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 120_000,
  maxHeaderSize: 64 * 1024,
} as const;

/** undici's options of a connection that is being made. */
export const CONNECT_OPTIONS = { timeout: 10_000, allowH2: false } as const;

/**
 * Connections to one origin, as many as there are calls at a time: a call never queues behind another one's stream. The last one used is the first
 * one used again, so that the rest can fall idle.
 */
export class OriginPool {
  readonly #origin: string;
  readonly #connect: buildConnector.connector;
  readonly #lines = new Set<PooledLine>();
  #idle: PooledLine[] = [];

  constructor(origin: string, connect: buildConnector.BuildOptions = {}) {
    this.#origin = origin;
    // One connector for all, as it keeps the TLS sessions.
    this.#connect = buildConnector({ ...CONNECT_OPTIONS, ...connect });
  }

  call(request: WireRequest, headers: string[], signal: CancelSignal): WireCall {
    const line = this.#idle.pop() ?? this.#open();
    const call = new WireCall(line, signal);
    line.client.dispatch({ method: request.method, path: request.path, headers, body: request.body ?? null }, call);
    return call;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines].map((line) => line.client.close()));
  }

  #open(): PooledLine {
    const client = new Client(this.#origin, { ...CONNECTION_OPTIONS, connect: this.#connect });
    const line = new PooledLine(client, (idle) => this.#keep(idle));
    this.#lines.add(line);
    return line;
  }

  #keep(line: PooledLine): void {
    if (this.#idle.length < MOST_IDLE) {
      this.#idle.push(line);
      return;
    }
    this.#lines.delete(line);
    void line.client.close();
  }
}

/** One connection at a time, made anew by undici's Client whenever the last one is gone. */
class PooledLine implements Line {
  readonly client: Client;
  readonly #keep: (line: PooledLine) => void;
  #answers = 0;

  constructor(client: Client, keep: (line: PooledLine) => void) {
    this.client = client;
    this.#keep = keep;
    client.on('disconnect', () => {
      this.#answers = 0;
    });
  }

  get reused(): boolean {
    return this.#answers > 0;
  }

  release(answered: boolean): void {
    if (answered) this.#answers++;
    this.#keep(this);
  }
}
