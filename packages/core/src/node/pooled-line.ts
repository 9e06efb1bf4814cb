import type { Socket } from 'node:net';
import { type buildConnector, Client } from 'undici';
import type { Line } from './wire-call.ts';

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

/** One connection at a time, made anew by undici's Client whenever the last one is gone. */
export class PooledLine implements Line {
  readonly client: Client;
  readonly #released: (line: PooledLine, answered: boolean) => void;
  #answers = 0;
  #connecting: Socket | undefined;

  constructor(
    origin: string,
    connect: buildConnector.connector,
    released: (line: PooledLine, answered: boolean) => void,
  ) {
    this.client = new Client(origin, { ...CONNECTION_OPTIONS, connect: this.#watched(connect) });
    this.#released = released;
    this.client.on('disconnect', () => {
      this.#answers = 0;
    });
  }

  get reused(): boolean {
    return this.#answers > 0;
  }

  release(answered: boolean): void {
    if (answered) this.#answers++;
    this.#released(this, answered);
  }

  /** undici has no way to do this: a request that waits for a connection waits until there is one. */
  interrupt(): void {
    this.#connecting?.destroy(new Error('The call was cancelled while its connection was being made.'));
  }

  #watched(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      // The connectors that undici builds give their socket, though their type doesn't say so.
      const socket: unknown = connect(options, (...result) => {
        this.#connecting = undefined;
        callback(...result);
      });
      this.#connecting = socket as Socket;
    };
  }
}
