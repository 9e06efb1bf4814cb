/** Bounds of the histogram in ms: what is shorter or longer falls into its first or last part. */
const SHORTEST = 32;
const LONGEST = 600_000;
/** Parts, each longer than the one before by the same factor: 1.23. Each is a number of four bytes. */
const PARTS = 48;
const GROWTH = (LONGEST / SHORTEST) ** (1 / (PARTS - 1));
const PER_PART = 1 / Math.log(GROWTH);
/** Milliseconds in which what was seen loses two thirds of its weight. */
const FADES = 120_000;
/** Durations of full weight from which on anything is told. */
const LEAST = 10;
/** What is seen later weighs more, so that nothing has to fade; before the numbers get too large for four bytes, all shrink. */
const HEAVIEST = 1e9;

/** How durations are spread lately: which one so many of a hundred do not exceed. A histogram of fixed size, right to the width of its parts. */
export class Quantiles {
  readonly #parts = new Float32Array(PARTS);
  #sum = 0;
  /** The moment at which a duration weighs 1; ms since the epoch. */
  #since = 0;

  /** `ms`: a duration; `now`: ms since the epoch. */
  note(ms: number, now: number): void {
    if (this.#sum === 0) this.#since = now;
    let weight = this.#weight(now);
    if (weight > HEAVIEST) {
      this.#shrink(weight, now);
      weight = 1;
    }
    const part = partOf(ms);
    this.#parts[part] = (this.#parts[part] ?? 0) + weight;
    this.#sum += weight;
  }

  /** Milliseconds that a share `q` of the durations, 0 to 1, does not exceed; undefined: too few were seen lately. */
  at(q: number, now: number): number | undefined {
    if (this.#sum < LEAST * this.#weight(now)) return undefined;
    let left = q * this.#sum;
    for (let part = 0; part < PARTS; part++) {
      const here = this.#parts[part] ?? 0;
      if (here > 0 && left <= here) return within(part, left / here);
      left -= here;
    }
    return LONGEST;
  }

  #weight(now: number): number {
    return Math.exp((now - this.#since) / FADES);
  }

  #shrink(by: number, now: number): void {
    let sum = 0;
    for (let part = 0; part < PARTS; part++) {
      const here = (this.#parts[part] ?? 0) / by;
      this.#parts[part] = here;
      sum += here;
    }
    this.#sum = sum;
    this.#since = now;
  }
}

function partOf(ms: number): number {
  return ms <= SHORTEST ? 0 : Math.min(PARTS - 1, Math.ceil(Math.log(ms / SHORTEST) * PER_PART));
}

/** A part's durations are taken to be spread evenly over its logarithm; those of the first, over its length. */
const within = (part: number, share: number): number =>
  part === 0 ? SHORTEST * share : SHORTEST * GROWTH ** (part - 1 + share);
