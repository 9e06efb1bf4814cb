import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';

/** An event of a session. */
export type Event = { readonly type: string } & { readonly [name: string]: unknown };

/** How a handshake was refused. */
export interface Refusal {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly error: { readonly message: string; readonly type: string; readonly code: string | null } };
}

/** A client of a session, with all that came to it. */
export class Client {
  readonly events: Event[] = [];
  readonly binary: Buffer[] = [];
  readonly socket: WebSocket;
  closed: { readonly code: number; readonly reason: string } | undefined;
  refused: Refusal | undefined;
  #wake: () => void = () => {};

  constructor(url: string, options: { readonly protocols?: string[]; readonly headers?: Record<string, string> } = {}) {
    const { protocols = [], headers = {} } = options;
    this.socket = new WebSocket(url, protocols, { headers });
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.binary.push(data);
      else this.events.push(JSON.parse(data.toString()) as Event);
      this.#wake();
    });
    this.socket.on('unexpected-response', (_request, response) => void this.#read(response));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
    this.socket.on('error', () => undefined);
  }

  send(event: object): void {
    this.socket.send(JSON.stringify(event));
  }

  /** The first event of a type, as soon as it is there. */
  async event(type: string): Promise<Event> {
    for (;;) {
      const found = this.events.find((event) => event.type === type);
      if (found !== undefined) return found;
      if (this.closed !== undefined)
        throw new Error(`closed with ${this.closed.code} ${this.closed.reason} before ${type}`);
      await this.#more();
    }
  }

  async close(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.closed === undefined) await this.#more();
    return this.closed;
  }

  async refusal(): Promise<Refusal> {
    while (this.refused === undefined) await this.#more();
    return this.refused;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #read(response: IncomingMessage): Promise<void> {
    let text = '';
    for await (const piece of response) text += piece;
    this.refused = { status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) };
    this.#wake();
  }
}
