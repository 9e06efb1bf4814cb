/** What was asked for lately: sums in which the past fades, so that each is about what one horizon needs. */
export class Demand {
  /** Units that were reserved. */
  asked = 0;
  /** Units that were reserved and did not come back. */
  net = 0;
  /** Units of a usual request; 0 as long as there was none. */
  ask = 0;
  readonly #horizonMs: number;
  #at = 0;

  constructor(horizonMs: number) {
    this.#horizonMs = horizonMs;
  }

  add(amount: number, now: number): void {
    if (amount === 0) return;
    this.fade(now);
    this.asked += amount;
    this.net += amount;
    this.ask = this.ask === 0 ? amount : this.ask + (amount - this.ask) / 8;
  }

  /** So much of what was reserved was not used. Less than 0: so much more was. */
  comeBack(amount: number): void {
    this.net = Math.max(0, this.net - amount);
  }

  /** Brings the sums to this moment. */
  fade(now: number): void {
    const passed = now - this.#at;
    if (passed <= 0) return;
    const left = Math.exp(-passed / this.#horizonMs);
    this.asked *= left;
    this.net *= left;
    this.#at = now;
  }
}
