import type { Deployment } from './deployment.ts';
import type { Health } from './health.ts';

/** Hedges that are saved up at most, while nobody is slow: so many of the size of the request that saves them up. */
const SAVED = 10;

/** What calls besides may cost, as a share of what an alias costs: each request adds its share, and each hedge takes what it may cost. */
export class HedgeBudget {
  /** 0 to 1. */
  share = 0;
  #saved = 0;

  /** A request has come that costs so much by itself. */
  asked(cost: number): void {
    this.#saved = Math.max(this.#saved, Math.min(this.#saved + this.share * cost, SAVED * cost));
  }

  /** Is there enough for a call that may cost so much? Then it is taken. */
  take(cost: number): boolean {
    // Fifty times 0.02 is less than 1.
    if (this.#saved < cost * (1 - 1e-9)) return false;
    this.#saved = Math.max(0, this.#saved - cost);
    return true;
  }

  /** The call was not made after all. */
  giveBack(cost: number): void {
    this.#saved += cost;
  }
}

/** When another deployment of an alias is asked besides. */
export interface Hedging {
  /** Milliseconds; or the time within which most calls did. */
  readonly after: 'p95' | number;
  readonly budget: HedgeBudget;
  /** Do all of its deployments have a price? Otherwise requests are counted and not money. */
  readonly priced: boolean;
}

/** Milliseconds without a word after which another one is asked; undefined: too little is known of the deployment. */
export function patienceWith({ after }: Hedging, { p95, p95Whole }: Health, stream: boolean): number | undefined {
  const known = stream ? p95 : p95Whole;
  return after === 'p95' ? known || undefined : after;
}

/** What a call counts against the budget: an estimate in nano-dollars, or one. Infinity: money counts, and nobody knows how much. */
export function sizeOf({ priced }: Hedging, { costs }: Deployment, input: number, output: number, now: number): number {
  return priced ? (costs?.(input, output, now) ?? Number.POSITIVE_INFINITY) : 1;
}
