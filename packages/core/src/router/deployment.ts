import type { Target } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import type { PriceConfig } from '../config/price-types.ts';
import type { PlaceSettings } from '../config/routing-places.ts';
import type { ResolvedProvider } from '../providers/resolve.ts';
import type { Health } from './health.ts';

/** Nano-dollars of a call of so many tokens, now (ms since the epoch): an estimate, to compare by. */
export type Costs = (input: number, output: number, now: number) => number;

/** One place where an alias can be served. */
export interface Deployment extends PlaceSettings {
  /** Unique within the gateway: `alias#index`, or `provider/model` for direct names. */
  readonly id: string;
  readonly provider: ResolvedProvider;
  readonly target: Target;
  /** The same place in the further formats in which its provider serves this model. */
  readonly also: ReadonlyMap<WireFormat, Deployment>;
  readonly weight: number;
  readonly order: number;
  /** Requests and tokens a minute that it is configured to take; 0: nobody said. */
  readonly rpm: number;
  readonly tpm: number;
  /** 32 bits of what it is, which stay when others come and go. */
  readonly hash: number;
  /** What is paid for it here, over what its model costs. */
  readonly price?: PriceConfig;
  /** Undefined: it has no known price. */
  readonly costs: Costs | undefined;
  /** The target's name as records show it: `provider/model`. */
  readonly name: string;
  /** `name` and `id` as reply headers show them. */
  readonly shown: { readonly model: string; readonly deployment: string };
  /** How it fares. */
  readonly health: Health;
}

/** Deployments of one order, among which the strategy picks. */
export interface Tier {
  readonly deployments: readonly Deployment[];
  /** Sum of the weights up to each of them, and of all. */
  readonly upTo: readonly number[];
  readonly weight: number;
}

/** Deployments by their order, lower first. */
export function tiersOf(deployments: readonly Deployment[]): readonly Tier[] {
  const orders = [...new Set(deployments.map(({ order }) => order))].sort((a, b) => a - b);
  return orders.map((order) => tierOf(deployments.filter((one) => one.order === order)));
}

function tierOf(deployments: readonly Deployment[]): Tier {
  const upTo: number[] = [];
  let weight = 0;
  for (const one of deployments) {
    weight += one.weight;
    upTo.push(weight);
  }
  return { deployments, upTo, weight };
}
