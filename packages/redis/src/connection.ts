import type { Call } from '@postern/core';
import { type Client, connect } from './connect.ts';
import type { RedisStoreOptions } from './options.ts';
import type { Script } from './scripts/script.ts';

/** What a call sends: keys that it names, and further arguments. */
export type Keys = readonly string[];
export type Arguments = readonly (string | number | Uint8Array)[];
/** A reply with texts in it, or with bytes. */
export type Reply = readonly string[];

/** Was the call not made at all? Else a call that rejected may have been carried out. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/**
 * The way to Redis. A call waits for the connection and for its answer until its deadline, and not longer; its time is what `deadline` leaves after `now`,
 * whichever clock they are of. Never more than `pending` calls are under way, those included that were given up and not answered yet.
 */
export class Connection {
  readonly #client: Client;
  readonly #capacity: number;
  #pending = 0;
  #closed = false;
  #waiting: Promise<void> | undefined;
  #endWaiting: () => void = () => undefined;
  #lastError: Error | undefined;

  constructor(options: RedisStoreOptions) {
    this.#capacity = options.pending ?? 10_000;
    this.#client = connect(options);
    // Told by the calls that fail for it. Without a listener it would be printed, or end the process.
    this.#client.on('error', (error: Error) => {
      this.#lastError = error;
    });
    this.#client.on('ready', () => {
      this.#lastError = undefined;
      this.#endWaiting();
    });
    this.#client.on('end', () => {
      this.#closed = true;
      this.#endWaiting();
    });
  }

  /** Runs a script and gives its reply as texts. */
  run(script: Script, keys: Keys, values: Arguments, call: Call): Promise<Reply> {
    return this.#within(call, () => this.#evaluate(script, keys, values)) as Promise<Reply>;
  }

  /** Runs a script and gives its reply as bytes, undefined for nil. */
  async bytes(script: Script, keys: Keys, values: Arguments, call: Call): Promise<Uint8Array | undefined> {
    const reply = await this.#within(call, () => this.#evaluate(script, keys, values, true));
    return reply instanceof Uint8Array ? reply : undefined;
  }

  /** Calls back each time that the connection is there anew. */
  onReady(listener: () => void): void {
    this.#client.on('ready', listener);
  }

  /** Ends the connection once it answered what is under way, or at once when it can't. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#endWaiting();
    if (this.#client.status !== 'ready') return this.#client.disconnect();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, 1_000);
    });
    await Promise.race([this.#client.quit().catch(() => undefined), late]);
    clearTimeout(timer);
    this.#client.disconnect();
  }

  /** By its name; Redis forgets scripts when it restarts, and is told the source then. */
  async #evaluate(script: Script, keys: Keys, values: Arguments, asBytes = false): Promise<unknown> {
    const rest = [keys.length, ...keys, ...values.map(sendable)];
    const send = (command: string, text: string) =>
      asBytes ? this.#client.callBuffer(command, text, ...rest) : this.#client.call(command, text, ...rest);
    try {
      return await send('evalsha', script.sha);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return send('eval', script.source);
      throw error;
    }
  }

  async #within(call: Call, send: () => Promise<unknown>): Promise<unknown> {
    const time = call.deadline - call.now;
    if (!(time > 0)) throw new NotSent('The deadline of a call to Redis had passed before it was made.');
    if (this.#closed) throw new NotSent('The connection to Redis was closed.');
    let timer: NodeJS.Timeout | undefined;
    const late = (error: (message: string) => Error) =>
      new Promise<never>((_, reject) => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(error(`Redis did not answer within ${time} ms.`)), Math.min(time, LONGEST));
      });
    try {
      if (this.#client.status !== 'ready') {
        const notSent = late((message) => new NotSent(message, { cause: this.#lastError }));
        await this.#counted(() => Promise.race([this.#connected(), notSent]));
      }
      return await Promise.race([this.#counted(send), late((message) => new Error(message))]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #counted(work: () => Promise<unknown>): Promise<unknown> {
    if (this.#pending >= this.#capacity) throw new NotSent(`${this.#capacity} calls to Redis are under way already.`);
    this.#pending += 1;
    try {
      return await work();
    } finally {
      this.#pending -= 1;
    }
  }

  /** One promise for all that wait for the connection. */
  #connected(): Promise<void> {
    this.#waiting ??= new Promise<void>((resolve, reject) => {
      this.#endWaiting = () => {
        this.#waiting = undefined;
        if (this.#closed) reject(new NotSent('The connection to Redis was closed.'));
        else resolve();
      };
    });
    return this.#waiting;
  }
}

/** Longest time of a timer in Node; beyond it, it fires at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. Milliseconds. */
const LONGEST = 2 ** 31 - 1;

const sendable = (value: string | number | Uint8Array): string | number | Buffer =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
