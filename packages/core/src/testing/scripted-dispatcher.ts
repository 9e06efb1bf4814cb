import type { CancelSignal, Dispatcher, WireRequest, WireResponse } from '../index.ts';

/** A call that waits for the test to answer it. */
export interface ScriptedCall {
  readonly request: WireRequest;
  readonly signal: CancelSignal;
  /** Resolves with the reason when the gateway cancels the call, by signal or by `cancel`. */
  readonly cancelled: Promise<unknown>;
  /** A whole answer; an object goes as JSON. */
  respond(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** An answer whose body is written piece by piece. */
  stream(headers?: Readonly<Record<string, string>>, status?: number): ScriptedStream;
  /** No answer: the connection fails with this error. */
  fail(error: unknown): void;
}

/** The body of an answer under the test's hand. */
export interface ScriptedStream {
  write(text: string | Uint8Array): void;
  end(): void;
  /** The connection breaks with this error. */
  break(error: unknown): void;
  /** How many pieces the gateway has taken. */
  readonly taken: number;
}

/** A dispatcher without a network: each call is given to the test, in the order it came. */
export interface ScriptedDispatcher extends Dispatcher {
  /** The next call that no `next` has given yet; waits for it. */
  next(): Promise<ScriptedCall>;
  readonly calls: readonly ScriptedCall[];
}

export function scriptedDispatcher(): ScriptedDispatcher {
  const calls: ScriptedCall[] = [];
  const waiting: ((call: ScriptedCall) => void)[] = [];
  let given = 0;
  return {
    calls,
    dispatch(request, signal) {
      return new Promise<WireResponse>((resolve, reject) => {
        const call = scriptedCall(request, signal, resolve, reject);
        calls.push(call);
        const waiter = waiting.shift();
        if (waiter !== undefined) {
          given++;
          waiter(call);
        }
      });
    },
    next() {
      const call = calls[given];
      if (call === undefined) return new Promise((resolve) => waiting.push(resolve));
      given++;
      return Promise.resolve(call);
    },
    close: () => Promise.resolve(),
  };
}

const encoder = new TextEncoder();
const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? encoder.encode(text) : text);

function scriptedCall(
  request: WireRequest,
  signal: CancelSignal,
  resolve: (response: WireResponse) => void,
  reject: (error: unknown) => void,
): ScriptedCall {
  const { promise: cancelled, resolve: cancel } = deferred<unknown>();
  const body = new Pieces();
  signal.addEventListener('abort', {
    handleEvent() {
      reject(signal.reason);
      body.break(signal.reason);
      cancel(signal.reason);
    },
  });
  const answer = (status: number, headers: Readonly<Record<string, string>>): void =>
    resolve({
      status,
      header: (name) => headers[name],
      body,
      cancel: (reason) => (body.over ? undefined : cancel(reason)),
    });
  return {
    request,
    signal,
    cancelled,
    fail: reject,
    respond(status, value, headers = { 'content-type': 'application/json' }) {
      body.write(typeof value === 'string' ? value : JSON.stringify(value));
      body.end();
      answer(status, headers);
    },
    stream(headers = { 'content-type': 'text/event-stream' }, status = 200) {
      answer(status, headers);
      return body;
    },
  };
}

class Pieces implements ScriptedStream, AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  taken = 0;
  over = false;
  #error: { readonly error: unknown } | undefined;
  readonly #pieces: Uint8Array[] = [];
  #wake: () => void = () => {};

  write(text: string | Uint8Array): void {
    const bytes = bytesOf(text);
    if (bytes.length > 0) this.#pieces.push(bytes);
    this.#wake();
  }
  end(): void {
    this.over = true;
    this.#wake();
  }
  break(error: unknown): void {
    this.#error ??= { error };
    this.#wake();
  }
  [Symbol.asyncIterator](): this {
    return this;
  }
  async next(): Promise<IteratorResult<Uint8Array>> {
    while (this.#pieces.length === 0) {
      if (this.#error !== undefined) throw this.#error.error;
      if (this.over) return { done: true, value: undefined };
      const { promise, resolve } = deferred<void>();
      this.#wake = resolve;
      await promise;
    }
    this.taken++;
    return { done: false, value: this.#pieces.shift() as Uint8Array };
  }
}

function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
