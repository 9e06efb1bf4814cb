import type { Fault } from '@postern/core/routing';
import { meanOf, type Random, sampler } from './distribution.ts';
import type { Faults, Service } from './traffic.ts';

/** What becomes of one call: drawn when it is begun. Times in ms from then. */
export interface Fate {
  /** First content. */
  readonly speaks: number;
  /** For each token behind it. */
  readonly perToken: number;
  /** What it fails with, when, and whether that is after it spoke. */
  readonly fault: Fault | undefined;
  readonly failsAfter: number;
  readonly midway: boolean;
}

interface Behaviour {
  readonly speaks: (random: Random) => number;
  readonly perToken: (random: Random) => number;
  readonly faults: readonly {
    readonly given: Faults;
    readonly fault: Fault;
    readonly after: (random: Random) => number;
  }[];
  readonly slots: number;
}

/** A deployment as it really is: what gateways can only guess at. */
export class Server {
  calls = 0;
  faults = 0;
  busy = 0;
  #service: Service;
  #behaviour: Behaviour;
  /** Begin when a slot is free. */
  readonly #queue: (() => void)[] = [];

  constructor(service: Service) {
    this.#service = service;
    this.#behaviour = behaviourOf(service);
  }

  become(service: Service): void {
    this.#service = service;
    this.#behaviour = behaviourOf(service);
    this.#begin();
  }

  /** Begins a call, now or as soon as a slot is free. Gives how to leave the queue. */
  take(begin: () => void): () => void {
    this.#queue.push(begin);
    this.#begin();
    return () => {
      const at = this.#queue.indexOf(begin);
      if (at >= 0) this.#queue.splice(at, 1);
    };
  }

  /** Milliseconds that an answer of so many tokens takes on average, the queue included. */
  expects(tokens: number): number {
    const { firstToken, perToken, slots = Number.POSITIVE_INFINITY } = this.#service;
    const each = meanOf(firstToken) + tokens * meanOf(perToken);
    return this.busy < slots ? each : each + (each * (this.#queue.length + 1)) / slots;
  }

  /** A call that was begun is over. */
  release(): void {
    this.busy--;
    this.#begin();
  }

  fate(random: Random): Fate {
    const { faults, perToken, speaks } = this.#behaviour;
    const times = { speaks: speaks(random), perToken: perToken(random) };
    let left = random();
    for (const { after, fault, given } of faults) {
      left -= given.share;
      if (left < 0) return { ...times, fault, failsAfter: after(random), midway: given.midway === true };
    }
    return { ...times, fault: undefined, failsAfter: 0, midway: false };
  }

  #begin(): void {
    while (this.busy < this.#behaviour.slots) {
      const begin = this.#queue.shift();
      if (begin === undefined) return;
      this.busy++;
      begin();
    }
  }
}

const SOON = 50;

function behaviourOf({ faults = [], firstToken, perToken, slots = Number.POSITIVE_INFINITY }: Service): Behaviour {
  return {
    speaks: sampler(firstToken),
    perToken: sampler(perToken),
    slots,
    faults: faults.map((given) => ({ given, fault: faultOf(given), after: sampler(given.after ?? SOON) })),
  };
}

const faultOf = ({ kind, retryAfter }: Faults): Fault => ({
  kind,
  message: '',
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
