import { memoryStore } from '@postern/core';

/** A memory store that is late or fails now and then, until it is well. */
export function storeOf({ between, chance, pick }, clock) {
  const own = memoryStore();
  const state = { well: !chance(0.4) };
  /** It fails, does it late, or has done it and is late to say so. */
  const troubled = async (call) => {
    const how = !state.well && chance(0.2) ? pick(['fails', 'does late', 'says late']) : 'is well';
    if (how === 'fails') throw new Error('the store is away');
    if (how === 'does late') await clock.sleep(between(1, 200));
    const done = await call();
    if (how === 'says late') await clock.sleep(between(1, 200));
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
