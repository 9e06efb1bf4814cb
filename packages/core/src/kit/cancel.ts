/** What is told of a cancellation: an object, as `addEventListener` takes it, so that a class can listen without a closure. */
export interface CancelListener {
  handleEvent(): void;
}

/** The part of AbortSignal that Postern's own ports need; every AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: CancelListener): void;
  removeEventListener(type: 'abort', listener: CancelListener): void;
}

/**
 * A light AbortController and its signal in one, for the hot path: on Node 20 a native signal with one listener costs about 4 µs, this one a
 * twentieth. Use a native one where the signal is handed to foreign code.
 */
export class Cancellation implements CancelSignal {
  #listeners: CancelListener[] = [];
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** The first call wins. Listeners are called in order and must not throw. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener.handleEvent();
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    // A list of just that size: one that grows has room for 17, for as long as a stream is open.
    if (!this.#aborted) this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }
}
