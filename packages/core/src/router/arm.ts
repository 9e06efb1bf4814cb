/** Calls of which is known how they ended: the latest ones. */
const KEPT = 200;
/** Weight of the newest of the durations that are averaged. */
const NEWEST = 0.1;

/** How the calls of one side of a gray release fare: counted by calls and not by time, so that little traffic decides as well as much. */
export class Arm {
  readonly #failed = new Uint8Array(KEPT);
  #at = 0;
  calls = 0;
  failures = 0;
  readonly firstToken = new Mean();
  readonly perToken = new Mean();

  /** 0 to 1. */
  get share(): number {
    return this.calls === 0 ? 0 : this.failures / this.calls;
  }

  /** A call has ended. */
  count(failed: boolean): void {
    this.failures += (failed ? 1 : 0) - (this.#failed[this.#at] ?? 0);
    this.#failed[this.#at] = failed ? 1 : 0;
    this.#at = (this.#at + 1) % KEPT;
    if (this.calls < KEPT) this.calls++;
  }
}

/** Of durations, in ms; the later ones weigh more. */
class Mean {
  value = 0;
  of = 0;

  add(duration: number): void {
    this.of++;
    // At first all weigh the same.
    this.value += (duration - this.value) * Math.max(NEWEST, 1 / this.of);
  }
}

export type { Mean };
