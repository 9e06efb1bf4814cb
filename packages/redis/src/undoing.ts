import type { Call } from '@postern/core';

/** An admission whose outcome nobody was told. */
export interface Lost {
  readonly id: string;
  readonly nonce: string;
}

/** How long one attempt to take an admission back may take. Milliseconds. */
const PATIENCE = 5_000;

/**
 * Takes back admissions that were given up: Redis may have carried them out, or may still do so. What can't be taken back now is tried again when the
 * connection is there anew. Beyond `capacity` the oldest is left to its expiry.
 */
export class Undoing {
  readonly #undo: (lost: Lost, call: Call) => Promise<unknown>;
  readonly #capacity: number;
  readonly #lost = new Map<string, { readonly lost: Lost; readonly now: number }>();

  constructor(undo: (lost: Lost, call: Call) => Promise<unknown>, capacity: number) {
    this.#undo = undo;
    this.#capacity = capacity;
  }

  /** Takes it back as soon as that can be. `now` as the call had it. */
  add(lost: Lost, now: number): void {
    const [oldest] = this.#lost.size >= this.#capacity ? this.#lost.keys() : [];
    if (oldest !== undefined) this.#lost.delete(oldest);
    this.#lost.set(lost.nonce, { lost, now });
    this.#try(lost, now);
  }

  /** The connection is there anew. */
  again(): void {
    for (const { lost, now } of this.#lost.values()) this.#try(lost, now);
  }

  #try(lost: Lost, now: number): void {
    this.#undo(lost, { now, deadline: now + PATIENCE }).then(
      () => this.#lost.delete(lost.nonce),
      () => undefined,
    );
  }
}
