/** Further attempts that are saved up at most, while all goes well. */
const MOST = 100;
/** Those that are always possible, so that an alias that is seldom asked for may retry too: so many, and one more each second. */
const FLOOR = 10;
const SECOND = 1_000;

/** How many further attempts the requests of an alias may cause, so that an outage is not answered with a storm. */
export class RetryBudget {
  /** Further attempts for each request. */
  share = 0.2;
  #saved = 0;
  #floor = FLOOR;
  #floorAt = 0;

  /** A request has come. */
  asked(): void {
    this.#saved = Math.min(MOST, this.#saved + this.share);
  }

  /** May one more attempt be made? `now`: ms since the epoch. */
  take(now: number): boolean {
    if (this.#saved >= 1) {
      this.#saved--;
      return true;
    }
    this.#floor = Math.min(FLOOR, this.#floor + Math.max(0, now - this.#floorAt) / SECOND);
    this.#floorAt = now;
    if (this.#floor < 1) return false;
    this.#floor--;
    return true;
  }
}
