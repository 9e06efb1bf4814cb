import { parsedOr, record } from '../adapters/shared/read.ts';
import type { FaultKind } from '../chat/fault.ts';
import type { Clock } from '../kit/clock.ts';
import { CONSEQUENCES } from '../router/faults.ts';
import type { Fleet } from '../router/fleet.ts';
import type { Health } from '../router/health.ts';
import type { Call, SharedMap, Store, Stored } from '../store/store.ts';

/** Milliseconds between two looks, and only while somebody asks for anything. */
const EVERY = 1_000;
/** All rests stand under one key, so that a look is one call however many deployments there are. */
const KEY = 'all';
/** Rests that are kept; names of deployments may come from clients. */
const MOST = 1_000;
/** A rest that another process tells lasts so long at most, in ms: its clock may be wrong. */
const LONGEST = 3_600_000;
const TRIES = 3;

/** Until when, in ms since the epoch, and what it failed with. */
type Rest = readonly [until: number, fault: FaultKind | undefined];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Which deployments rest, told to the processes that share a store, and learned from them. Never waited for by a request; a store that fails is the same as
 * one that knows nothing.
 */
export class SharedRests {
  readonly #map: SharedMap;
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  readonly #timeout: number;
  /** Rests that others told of and that may end before their time. */
  readonly #learned = new Map<string, number>();
  /** What the others are still to be told of. */
  #changed = new Set<Health>();
  /** What they are being told of. */
  #told = new Set<Health>();
  #telling = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `timeout`: ms that a call of the store may take. */
  constructor(store: Store, fleet: Fleet, clock: Clock, timeout: number) {
    this.#map = store.shared('rests', 1);
    this.#fleet = fleet;
    this.#clock = clock;
    this.#timeout = timeout;
    fleet.onChange = (health) => {
      this.#changed.add(health);
      this.#tellSoon();
    };
  }

  /** Something is asked for: what the others know is looked up, once in a while and beside the request. */
  look(): void {
    const now = this.#clock.now();
    if (now < this.#lookedAt + EVERY) return;
    this.#lookedAt = now;
    void this.#learn(now);
    // What came to nothing before.
    if (this.#changed.size > 0) this.#tellSoon();
  }

  /** The others are told at once, or a second after they were told last: an outage changes something with every call. */
  #tellSoon(): void {
    if (this.#telling) return;
    this.#telling = true;
    const wait = this.#toldAt + EVERY - this.#clock.now();
    if (wait > 0) this.#clock.timer(wait, () => void this.#tell());
    else void this.#tell();
  }

  async #learn(now: number): Promise<void> {
    try {
      const rests = restsIn(await this.#map.get(KEY, this.#call()), now);
      for (const [id, until] of this.#learned) {
        if (rests.has(id)) continue;
        this.#fleet.known(id)?.backBefore(until);
        this.#learned.delete(id);
      }
      for (const [id, [until, fault]] of rests) {
        const health = this.#fleet.known(id);
        if (health === undefined || this.#changed.has(health) || this.#told.has(health)) continue;
        if (health.learn(Math.min(until, now + LONGEST), fault, now)) this.#learned.set(id, health.restsUntil);
      }
    } catch {
      // The store is away: this process goes by what it sees itself.
    }
  }

  async #tell(): Promise<void> {
    this.#toldAt = this.#clock.now();
    // What changes meanwhile is told the next time.
    this.#told = this.#changed;
    this.#changed = new Set();
    let done = false;
    try {
      for (let tries = 0; tries < TRIES && !done; tries++) done = await this.#write(this.#told);
    } catch {
      // As above; the next look tries again.
    }
    this.#telling = false;
    if (!done) for (const health of this.#told) this.#changed.add(health);
    this.#told = new Set();
    if (done && this.#changed.size > 0) this.#tellSoon();
  }

  async #write(changed: ReadonlySet<Health>): Promise<boolean> {
    const call = this.#call();
    const stored = await this.#map.get(KEY, call);
    const rests = restsIn(stored, call.now);
    for (const { fault, id, restsUntil, tripped } of changed) {
      rests.delete(id);
      if (tripped && restsUntil > call.now) rests.set(id, [restsUntil, fault]);
    }
    const kept = [...rests].slice(-MOST);
    const value = encoder.encode(JSON.stringify(Object.fromEntries(kept)));
    const ttl = Math.max(EVERY, ...kept.map(([, [until]]) => until - call.now));
    return stored === undefined
      ? (await this.#map.add(KEY, value, ttl, call)) === 'added'
      : this.#map.replace(KEY, value, ttl, stored.version, call);
  }

  #call(): Call {
    const now = this.#clock.now();
    return { now, deadline: now + this.#timeout };
  }
}

/** Those that are not over. What can't be read is no rest. */
function restsIn(stored: Stored | undefined, now: number): Map<string, Rest> {
  const rests = new Map<string, Rest>();
  const told = stored === undefined ? {} : (record(parsedOr(decoder.decode(stored.value), undefined)) ?? {});
  for (const [id, rest] of Object.entries(told)) {
    const [until, fault]: unknown[] = Array.isArray(rest) ? rest : [];
    if (typeof until === 'number' && until > now) rests.set(id, [until, isKind(fault) ? fault : undefined]);
  }
  return rests;
}

const isKind = (fault: unknown): fault is FaultKind => typeof fault === 'string' && Object.hasOwn(CONSEQUENCES, fault);
