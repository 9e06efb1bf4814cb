import { memoryStore } from '@postern/core';

/** A memory store that is late or fails now and then, until it is well. */
export function storeOf({ between, chance }, clock) {
  const own = memoryStore();
  const state = { well: !chance(0.4) };
  /** It fails, or has done it and is late to say so. */
  const troubled = async (call) => {
    const [trouble, fails] = [!state.well && chance(0.2), chance(0.5)];
    if (trouble && fails) throw new Error('the store is away');
    const done = await call();
    if (trouble) await clock.sleep(between(1, 200));
    return done;
  };
  const limits = {
    admit: (...given) => troubled(() => own.limits.admit(...given)),
    extend: (...given) => troubled(() => own.limits.extend(...given)),
    open: (...given) => own.limits.open(...given),
    settle: (...given) => troubled(() => own.limits.settle(...given)),
  };
  const ledger = {
    append: (...given) => troubled(() => own.ledger.append(...given)),
    list: (...given) => own.ledger.list(...given),
    totals: (...given) => own.ledger.totals(...given),
    purge: (...given) => own.ledger.purge(...given),
  };
  return {
    own,
    state,
    store: {
      ...own,
      shared: own.shared.bind(own),
      flush: () => own.flush(),
      close: () => own.close(),
      entities: own.entities,
      limits,
      ledger,
    },
  };
}
