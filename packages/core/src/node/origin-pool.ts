import { buildConnector, type Dispatcher } from 'undici';
import type { CancelSignal } from '../kit/cancel.ts';
import type { WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { PooledLine } from './pooled-line.ts';
import { uploadBody } from './upload-body.ts';
import { WireCall } from './wire-call.ts';

/** Idle connections that are kept per origin; those beyond are closed when their call is over. */
const MOST_IDLE = 256;

/** undici's options of a connection that is being made. */
export const CONNECT_OPTIONS = { timeout: 10_000, allowH2: false } as const;

/** undici's options of a call. A class, since they hold the body as long as the call runs (decisions/0006). */
class Sent implements Dispatcher.DispatchOptions {
  readonly method: WireRequest['method'];
  readonly path: string;
  readonly headers: string[];
  readonly body: NonNullable<Dispatcher.DispatchOptions['body']> | null;

  constructor(request: WireRequest, headers: string[]) {
    this.method = request.method;
    this.path = request.path;
    this.headers = headers;
    this.body = uploadBody(request.body);
  }
}

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

  call(request: WireRequest, headers: string[], signal: CancelSignal): Promise<WireResponse> {
    const line = this.#idle.pop() ?? this.#open();
    return new Promise((resolve, reject) => {
      line.client.dispatch(new Sent(request, headers), new WireCall(line, signal, resolve, reject));
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines].map((line) => line.client.close()));
  }

  #open(): PooledLine {
    const line = new PooledLine(this.#origin, this.#connect, this.#released);
    this.#lines.add(line);
    return line;
  }

  /** A line whose call broke off is given up: undici would make it a new connection at once, for nobody. */
  readonly #released = (line: PooledLine, answered: boolean): void => {
    if (answered && this.#idle.length < MOST_IDLE) {
      this.#idle.push(line);
      return;
    }
    this.#lines.delete(line);
    void (answered ? line.client.close() : line.client.destroy());
  };
}
