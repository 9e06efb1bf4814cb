import { BREAKER, type BreakerSettings } from '../config/fault-settings.ts';
import type { ConcurrencySettings } from '../config/routing-load.ts';
import { Recent } from '../kit/recent.ts';
import { Health } from './health.ts';
import { HedgeBudget } from './hedging.ts';
import { RetryBudget } from './retry-budget.ts';
import type { Release } from './split.ts';

/** Deployments that are remembered at least; those of a configuration are held by it besides. */
const REMEMBERED = 10_000;

/** What the configuration wants of a deployment besides. */
export interface Wanted {
  /** Of what stands there: another deployment that takes its place begins anew. Absent: its id says what it is. */
  readonly hash?: number;
  /** Somebody goes by how its latencies are spread. */
  readonly quantiles?: boolean;
  /** Absent: it is given any number of calls at once. */
  readonly concurrency?: ConcurrencySettings | undefined;
}

const NOTHING: Wanted = Object.freeze({});

/** What this process knows of all deployments, by their id. One for each gateway: a reload keeps it. */
export class Fleet {
  readonly #known = new Recent<string, Health>(REMEMBERED);
  readonly #budgets = new Recent<string, RetryBudget>(REMEMBERED);
  readonly #hedges = new Recent<string, HedgeBudget>(REMEMBERED);
  readonly #turns = new Recent<string, number>(REMEMBERED);
  readonly #releases = new Recent<string, { readonly of: string; readonly release: Release }>(REMEMBERED);

  /** Of all deployments; undefined: none ever rests. A router that is made takes its own along. */
  breaker: BreakerSettings | undefined = BREAKER;

  /** Told of those that begin to rest, and of those that are back. Set before any router is made. */
  onChange: ((health: Health) => void) | undefined;

  /** Of a deployment that was asked for before. */
  known(id: string): Health | undefined {
    return this.#known.recall(id);
  }

  /** Of a deployment, by its id: `provider/model`, or `alias#index`. */
  of(id: string, { concurrency, hash, quantiles = false }: Wanted = NOTHING): Health {
    const key = hash === undefined ? id : `${id}:${hash.toString(36)}`;
    const known = this.#known.recall(key);
    const health = known ?? new Health(key);
    health.breaker = this.breaker;
    health.onChange = this.onChange;
    if (quantiles) health.keepQuantiles();
    health.limitTo(concurrency);
    if (known === undefined) this.#known.set(key, health);
    return health;
  }

  /** The turn that the next plan for an alias will have. */
  nextTurn(alias: string): number {
    return this.#turns.get(alias) ?? 0;
  }

  /** How many further attempts the requests for an alias may cause. */
  budget(alias: string, share: number): RetryBudget {
    const known = this.#budgets.recall(alias);
    const budget = known ?? new RetryBudget();
    budget.share = share;
    if (known === undefined) this.#budgets.set(alias, budget);
    return budget;
  }

  /** What calls besides may cost, for the requests of an alias. */
  hedges(alias: string, share: number): HedgeBudget {
    const known = this.#hedges.recall(alias);
    const budget = known ?? new HedgeBudget();
    budget.share = share;
    if (known === undefined) this.#hedges.set(alias, budget);
    return budget;
  }

  /** The gray release of an alias: the one that is under way, or was rolled back, as long as `of`, which tells one from another, stays what it is. */
  release(alias: string, of: string, made: () => Release): Release {
    const known = this.#releases.recall(alias);
    if (known?.of === of) return known.release;
    const release = made();
    this.#releases.set(alias, { of, release });
    return release;
  }

  /** How many plans were made for an alias before this one. */
  turn(alias: string): number {
    const turn = this.#turns.get(alias) ?? 0;
    this.#turns.set(alias, turn + 1);
    return turn;
  }
}
