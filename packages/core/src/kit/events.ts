/** Called with each event of one name. What it returns is ignored; what it throws never reaches the emitter. */
export type Listener<Event> = (event: Event) => unknown;

/**
 * Typed, synchronous events. `Catalog` maps names to the type of their event.
 * Listeners only observe: a throw or a rejected promise of theirs goes to `onFault`, once per listener.
 */
export interface Events<Catalog extends object> {
  /** Listens from the next `emit` on; the answer stops it. Listeners are called in the order they came. */
  on<Name extends keyof Catalog>(name: Name, listener: Listener<Catalog[Name]>): () => void;
  /** Never throws. */
  emit<Name extends keyof Catalog>(name: Name, event: Catalog[Name]): void;
  /** Is anybody listening? Lets a caller skip making an event that is dear to make. */
  listens(name: keyof Catalog): boolean;
}

/** Told of a listener that failed: the name of the event and what was thrown. */
export type OnListenerFault<Catalog extends object> = (name: keyof Catalog, error: unknown) => void;

interface Entry {
  readonly listener: Listener<never>;
  faulted: boolean;
}

/** An emitter without listeners. `onFault` hears of each failing listener once, and may throw itself without effect. */
export function createEvents<Catalog extends object>(onFault: OnListenerFault<Catalog>): Events<Catalog> {
  // Lists are replaced and never changed, so that a listener may remove itself while it is called.
  const entries = new Map<keyof Catalog, readonly Entry[]>();

  function on(name: keyof Catalog, listener: Listener<never>): () => void {
    const entry: Entry = { listener, faulted: false };
    entries.set(name, [...(entries.get(name) ?? []), entry]);
    return () => {
      const rest = (entries.get(name) ?? []).filter((other) => other !== entry);
      if (rest.length === 0) entries.delete(name);
      else entries.set(name, rest);
    };
  }

  function fault(name: keyof Catalog, entry: Entry, error: unknown): void {
    if (entry.faulted) return;
    entry.faulted = true;
    try {
      onFault(name, error);
    } catch {
      // There is nobody left to tell.
    }
  }

  function call(name: keyof Catalog, entry: Entry, event: unknown): void {
    try {
      const answer = (entry.listener as Listener<unknown>)(event);
      // An async listener that rejects would otherwise end the process as an unhandled rejection.
      if (isThenable(answer)) answer.then(undefined, (error: unknown) => fault(name, entry, error));
    } catch (error) {
      fault(name, entry, error);
    }
  }

  return {
    on,
    emit(name, event) {
      const listening = entries.get(name);
      if (listening === undefined) return;
      for (const entry of listening) call(name, entry, event);
    },
    listens: (name) => entries.has(name),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
