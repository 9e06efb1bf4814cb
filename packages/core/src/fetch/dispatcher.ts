import type { CancelSignal } from '../kit/cancel.ts';
import { isGatewayError, UpstreamError } from '../kit/errors.ts';
import type { Dispatcher, WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { uploadBody } from './upload-body.ts';

/** The Dispatcher of any runtime with fetch, which keeps the connections and decompresses. */
export const fetchDispatcher: Dispatcher = {
  dispatch,
  close: async () => undefined,
};

async function dispatch(request: WireRequest, signal: CancelSignal): Promise<WireResponse> {
  if (signal.aborted) throw signal.reason;
  const call = new FetchCall(signal);
  try {
    const response = await fetch(request.origin + request.path, {
      method: request.method,
      headers: { 'accept-encoding': 'identity', ...request.headers },
      ...(await uploadBody(request.body)),
      redirect: 'manual',
      signal: call.controller.signal,
    });
    return call.answer(response);
  } catch (cause) {
    throw call.failure(cause, 'The provider could not be reached.');
  }
}

/** One call and its answer, until the body is over. */
class FetchCall {
  readonly controller = new AbortController();
  readonly #signal: CancelSignal;
  #cancelled: { readonly reason: unknown } | undefined;

  constructor(signal: CancelSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this);
  }

  answer(response: Response): WireResponse {
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: this.#read(response.body),
      cancel: (reason) => this.#cancel(reason),
    };
  }

  /** What a failure is to be thrown as. */
  failure(cause: unknown, message: string): unknown {
    this.#finish();
    if (this.#cancelled !== undefined) return this.#cancelled.reason;
    // What a body that is read piece by piece has thrown is nobody's fault upstream.
    const thrown = (cause as { readonly cause?: unknown } | undefined)?.cause;
    for (const error of [cause, thrown]) if (isGatewayError(error)) return error;
    return new UpstreamError('upstream_unavailable', message, { cause });
  }

  async *#read(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
    const reader = body?.getReader();
    let over = reader === undefined;
    try {
      while (reader !== undefined && !over) {
        const { done, value } = await reader.read();
        over = done;
        if (value !== undefined && value.length > 0) yield value;
      }
    } catch (cause) {
      over = true;
      throw this.failure(cause, 'The provider broke the connection in the middle of its answer.');
    } finally {
      if (!over) this.#cancel(new Error('The reader left the answer before its end.'));
      this.#finish();
    }
  }

  #cancel(reason: unknown): void {
    this.#cancelled ??= { reason };
    this.#finish();
    this.controller.abort(reason);
  }

  /** Of the signal. */
  handleEvent(): void {
    this.#cancel(this.#signal.reason);
  }

  #finish(): void {
    this.#signal.removeEventListener('abort', this);
  }
}
