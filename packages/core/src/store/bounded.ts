import type { Clock } from '../kit/clock.ts';
import type { Call, Granted, Refused, Reservation, Store } from './store.ts';

/** A store did not answer by the deadline of a call. What was asked may have been done. */
export class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';
  /** Resolves when the store answered after all, or failed to. */
  readonly settled: Promise<unknown>;

  constructor(message: string, settled: Promise<unknown> = Promise.resolve()) {
    super(message);
    this.settled = settled;
  }
}

/** Most calls that were given up and not answered yet; beyond it calls fail at once, so that a store that hangs fills no memory. */
const MOST_LATE = 10_000;

/** Told of a reservation that was granted when nobody waited for it any more. */
export type OnLateGrant = (id: string) => void;

/**
 * The store, each call of which ends by its deadline: it rejects with {@link StoreTimeout} where the store says nothing. Every method of every part takes
 * its {@link Call} last.
 */
export function boundedStore(store: Store, clock: Clock, onLateGrant: OnLateGrant): Store {
  const patience = new Patience(clock);
  const bounded = <Part extends object>(part: Part): Part => boundedPart(part, patience, onLateGrant);
  return {
    limits: bounded(store.limits),
    ledger: bounded(store.ledger),
    entities: bounded(store.entities),
    shared: (name, capacity, options) => bounded(store.shared(name, capacity, options)),
    flush: () => store.flush(),
    close: () => store.close(),
  };
}

function boundedPart<Part extends object>(part: Part, patience: Patience, onLateGrant: OnLateGrant): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        const { now, deadline } = values.at(-1) as Call;
        const late =
          name !== 'admit'
            ? undefined
            : (answer: unknown) => {
                if ((answer as Granted | Refused).granted) onLateGrant((values[0] as Reservation).id);
              };
        return patience.wait(deadline - now, () => Reflect.apply(member, target, values) as Promise<unknown>, late);
      };
    },
  });
}

/** Waits for answers, and not longer than it may. */
class Patience {
  readonly #clock: Clock;
  #late = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `late`: what to do with an answer that nobody waits for any more. */
  wait<Answer>(ms: number, ask: () => Promise<Answer>, late?: (answer: Answer) => void): Promise<Answer> {
    if (this.#late >= MOST_LATE)
      return Promise.reject(new StoreTimeout(`${MOST_LATE} calls wait for the store already.`));
    return new Promise((resolve, reject) => {
      let isLate = false;
      const stop = this.#clock.timer(ms, () => {
        isLate = true;
        this.#late += 1;
        reject(new StoreTimeout(`The store did not answer within ${ms} ms.`, settled));
      });
      const end = (): boolean => {
        if (isLate) this.#late -= 1;
        else stop();
        return isLate;
      };
      // Within a promise, so that a store that throws at once rejects.
      const settled = Promise.resolve()
        .then(ask)
        .then(
          (answer) => {
            if (end()) late?.(answer);
            else resolve(answer);
          },
          (error: unknown) => {
            if (!end()) reject(error);
          },
        );
    });
  }
}
