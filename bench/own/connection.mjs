/** A kept connection that sends the same request again and again, and looks at no more of the answers than it must. */
import { connect } from 'node:net';

const NEWLINE = 10;

export class Connection {
  #port;
  #request;
  #socket;
  #take = () => {};

  constructor(port, request) {
    this.#port = port;
    this.#request = request;
  }

  /** One request. Resolves to `{ status, first, last, events, done }` with times of performance.now(); rejects when the connection breaks. */
  send() {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader();
      this.#take = (chunk, error) => {
        if (error !== undefined) return reject(error);
        if (reader.read(chunk)) resolve(reader.result());
      };
      this.#open().write(this.#request);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket;
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#take(undefined, error));
    socket.on('close', () => this.#take(undefined, new Error('the connection was closed')));
    this.#socket = socket;
    return socket;
  }
}

/** The end of an answer, found by its length or by its last chunk; one answer at a time, no pipelining. */
class AnswerReader {
  #head = '';
  #status = 0;
  #left;
  #first = 0;
  #events = 0;
  #tail = '';

  /** True once the answer is whole. */
  read(chunk) {
    const body = this.#status === 0 ? this.#readHead(chunk) : chunk;
    if (body === undefined || (body.length === 0 && this.#left !== 0)) return false;
    if (this.#first === 0) this.#first = performance.now();
    this.#count(body);
    this.#tail = (this.#tail + body.toString('latin1', Math.max(0, body.length - 64))).slice(-64);
    if (this.#left === undefined) return this.#tail.endsWith('\r\n0\r\n\r\n');
    this.#left -= body.length;
    return this.#left <= 0;
  }

  /** `done`: the stream ended as its format says. */
  result() {
    const done = this.#tail.includes('data: [DONE]') || this.#tail.includes('message_stop"}');
    return { status: this.#status, first: this.#first, last: performance.now(), events: this.#events, done };
  }

  #readHead(chunk) {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    this.#status = Number(this.#head.slice(9, 12));
    const length = /^content-length: *(\d+)/im.exec(this.#head.slice(0, end))?.[1];
    if (length !== undefined) this.#left = Number(length);
    return Buffer.from(this.#head.slice(end + 4), 'latin1');
  }

  /** An event ends with an empty line, which two reads may share. */
  #count(body) {
    if (body[0] === NEWLINE && this.#tail.endsWith('\n')) this.#events += 1;
    for (let at = body.indexOf('\n\n'); at !== -1; at = body.indexOf('\n\n', at + 2)) this.#events += 1;
  }
}
