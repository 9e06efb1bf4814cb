import type { Clock } from '../../kit/clock.ts';
import type { WireSocket } from '../../transport/web-socket.ts';

/** Bytes that may wait for a reader; with more its writer is held still until half of them are gone. */
const HIGH = 1024 * 1024;

/** One direction of a session, at the pace of whoever reads it. A reader that takes nothing for `idle` ms is given up. */
export class Flow {
  readonly #from: WireSocket;
  readonly #to: WireSocket;
  readonly #clock: Clock;
  readonly #idle: number;
  readonly #giveUp: () => void;
  #stopIdle: (() => void) | undefined;

  constructor(from: WireSocket, to: WireSocket, clock: Clock, idle: number, giveUp: () => void) {
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#idle = idle;
    this.#giveUp = giveUp;
  }

  /** Is the writer held still? */
  get held(): boolean {
    return this.#stopIdle !== undefined;
  }

  send(data: Uint8Array | string, binary: boolean): void {
    this.#to.send(data, binary);
    if (this.held || this.#to.buffered <= HIGH) return;
    this.#from.pause();
    this.#stopIdle = this.#clock.timer(this.#idle, this.#giveUp);
  }

  /** Something has gone out. */
  drained(): void {
    if (this.#stopIdle === undefined) return;
    this.#stopIdle();
    this.#stopIdle = undefined;
    if (this.#to.buffered > HIGH / 2) this.#stopIdle = this.#clock.timer(this.#idle, this.#giveUp);
    else this.#from.resume();
  }

  stop(): void {
    this.#stopIdle?.();
    this.#stopIdle = undefined;
  }
}
