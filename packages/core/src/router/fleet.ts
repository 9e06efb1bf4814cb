import { Recent } from '../kit/recent.ts';
import { Health } from './health.ts';

/** Deployments that are remembered at least; those of a configuration are held by it besides. */
const REMEMBERED = 10_000;

/** What this process knows of all deployments, by their id. One for each gateway: a reload keeps it. */
export class Fleet {
  readonly #known = new Recent<string, Health>(REMEMBERED);
  readonly #turns = new Recent<string, number>(REMEMBERED);

  /** Of a deployment, `alias#index` or `provider/model`. */
  of(id: string): Health {
    const known = this.#known.recall(id);
    if (known !== undefined) return known;
    const health = new Health();
    this.#known.set(id, health);
    return health;
  }

  /** How many plans were made for an alias before this one. */
  turn(alias: string): number {
    const turn = this.#turns.get(alias) ?? 0;
    this.#turns.set(alias, turn + 1);
    return turn;
  }
}
