/** Unknown keys that are looked up in a second, at most. */
const MOST = 100;
const SECOND = 1_000;

/**
 * Counts look-ups of keys that there are not. Whoever makes up keys with a right checksum costs the store no more than so many calls a second; keys that
 * are known already go on working all the while.
 */
export class Guesses {
  #second = 0;
  #count = 0;

  add(now: number): void {
    this.#turn(now);
    this.#count += 1;
  }

  /** Have there been too many in this second? */
  tooMany(now: number): boolean {
    this.#turn(now);
    return this.#count >= MOST;
  }

  #turn(now: number): void {
    const second = Math.floor(now / SECOND);
    if (second === this.#second) return;
    this.#second = second;
    this.#count = 0;
  }
}
