import type { Limit, ScopeId } from '@postern/core';
import { Quota } from './quota.ts';
import { isSameLimit } from './window.ts';

type Generation = Map<ScopeId, Map<string, Quota>>;

/**
 * The quotas of the scopes that were used lately, in two generations: the young one becomes the old one when it holds half of what may be remembered, and
 * what nobody asked for meanwhile is dropped.
 */
export class Quotas {
  readonly #capacity: number;
  readonly #horizonMs: number;
  readonly #drop: (quota: Quota) => void;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #size = 0;

  /** @param drop is given those that are remembered no more, to give back their slices */
  constructor(capacity: number, horizonMs: number, drop: (quota: Quota) => void) {
    this.#capacity = capacity;
    this.#horizonMs = horizonMs;
    this.#drop = drop;
  }

  /** Made when it is not there. */
  at(scope: ScopeId, limit: Limit): Quota {
    const found = this.#young.get(scope)?.get(limit.id) ?? this.#revive(scope, limit.id);
    if (found === undefined) return this.#keep(new Quota(scope, limit, this.#horizonMs));
    if (found.limit === limit) return found;
    return this.#adopt(found, limit);
  }

  find(scope: ScopeId, limit: string): Quota | undefined {
    return this.#young.get(scope)?.get(limit) ?? this.#old.get(scope)?.get(limit);
  }

  *all(): Generator<Quota> {
    for (const generation of [this.#old, this.#young]) for (const limits of generation.values()) yield* limits.values();
  }

  #adopt(quota: Quota, limit: Limit): Quota {
    if (!isSameLimit(quota.limit, limit)) {
      this.#drop(quota);
      return this.#keep(new Quota(quota.scope, limit, this.#horizonMs));
    }
    const isLower = limit.max < quota.limit.max || (limit.rollover?.most ?? 0) < (quota.limit.rollover?.most ?? 0);
    quota.adopt(limit);
    // What was taken out of the higher limit may be more than the lower one has.
    if (isLower) this.#drop(quota);
    return quota;
  }

  #revive(scope: ScopeId, id: string): Quota | undefined {
    const limits = this.#old.get(scope);
    const quota = limits?.get(id);
    if (quota === undefined) return undefined;
    limits?.delete(id);
    return this.#keep(quota);
  }

  #keep(quota: Quota): Quota {
    const limits = this.#young.get(quota.scope);
    if (limits?.has(quota.limit.id) !== true) this.#size += 1;
    if (limits === undefined) this.#young.set(quota.scope, new Map([[quota.limit.id, quota]]));
    else limits.set(quota.limit.id, quota);
    if (this.#size * 2 > this.#capacity) this.#age();
    return quota;
  }

  #age(): void {
    for (const limits of this.#old.values()) for (const quota of limits.values()) this.#drop(quota);
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}
