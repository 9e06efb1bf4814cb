/** Milliseconds below which so many percent are. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** How a policy fared. */
export interface Report {
  readonly requests: number;
  /** Requests without a whole answer, as a share of all. */
  readonly failing: number;
  /** Calls beyond one for each request, as a share of requests. */
  readonly extra: number;
  /** Of streams that were answered, to their first token. */
  readonly firstToken: Percentiles;
  /** Of all requests that were answered, to their end. */
  readonly total: Percentiles;
  /** Dollars of all calls; undefined where one has no price that is known. */
  readonly usd: number | undefined;
  readonly deployments: Readonly<Record<string, Load>>;
  /** Of the simulated time. */
  readonly seconds: number;
}

/** What a deployment was given. */
export interface Load {
  readonly calls: number;
  readonly faults: number;
  /** Of all calls, 0 to 1. */
  readonly share: number;
}

/** Numbers that come one by one; how many is not known before. */
export class Sample {
  #numbers = new Float64Array(1024);
  #count = 0;

  add(number: number): void {
    if (this.#count === this.#numbers.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers[this.#count++] = number;
  }

  /** 0 of nothing. */
  percentiles(): Percentiles {
    const sorted = this.#numbers.slice(0, this.#count).sort();
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * this.#count) - 1)] ?? 0;
    return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), most: at(1) };
  }
}
