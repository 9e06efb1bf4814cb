/** Parts that the while is counted in: what is older than it falls out by these. */
const PARTS = 6;

/** How many of the calls of a while failed: counted in a ring of parts, without memory for each call. */
export class RollingFailures {
  readonly #counted = new Int32Array(PARTS);
  readonly #failed = new Int32Array(PARTS);
  #part = 0;
  calls = 0;
  #failures = 0;

  /** 0 to 1. */
  get share(): number {
    return this.calls === 0 ? 0 : this.#failures / this.calls;
  }

  /** `now`, `window`: ms. */
  count(failed: boolean, now: number, window: number): void {
    this.#advance(Math.floor((now * PARTS) / window));
    const at = this.#part % PARTS;
    this.#counted[at] = (this.#counted[at] ?? 0) + 1;
    this.calls++;
    if (!failed) return;
    this.#failed[at] = (this.#failed[at] ?? 0) + 1;
    this.#failures++;
  }

  forget(): void {
    this.#counted.fill(0);
    this.#failed.fill(0);
    this.calls = 0;
    this.#failures = 0;
  }

  #advance(part: number): void {
    if (part - this.#part >= PARTS) this.forget();
    else {
      for (let old = this.#part + 1; old <= part; old++) {
        const at = old % PARTS;
        this.calls -= this.#counted[at] ?? 0;
        this.#failures -= this.#failed[at] ?? 0;
        this.#counted[at] = 0;
        this.#failed[at] = 0;
      }
    }
    this.#part = Math.max(part, this.#part);
  }
}
