import type { Journal, JournalEntry } from './journal.ts';

/** What an outbox keeps of its items beyond the process. Never throws and never rejects. */
export interface Kept<Item> {
  load(): Promise<readonly Item[]>;
  append(items: readonly Item[]): void | Promise<void>;
  confirm(items: readonly Item[]): void;
}

/**
 * One outbox's part of a journal.
 * @param loading all of the journal, once for all parts
 * @param onError told of what the journal failed at
 */
export function keptIn<Item>(
  journal: Journal,
  loading: Promise<readonly JournalEntry[]>,
  part: string,
  idOf: (item: Item) => string,
  onError: (cause: unknown) => void,
): Kept<Item> {
  const head = `${part}:`;
  const id = (item: Item): string => head + idOf(item);
  const guarded = (run: () => void | Promise<void>): void | Promise<void> => {
    try {
      return run()?.catch(onError);
    } catch (cause) {
      onError(cause);
    }
  };
  // One that can't be read is no reason to lose the others.
  const read = (text: string): readonly Item[] => {
    try {
      return [JSON.parse(text) as Item];
    } catch (cause) {
      onError(cause);
      return [];
    }
  };
  return {
    load: async () => {
      try {
        return (await loading).filter((entry) => entry.id.startsWith(head)).flatMap(({ text }) => read(text));
      } catch (cause) {
        onError(cause);
        return [];
      }
    },
    append: (items) =>
      guarded(() => journal.append(items.map((item) => ({ id: id(item), text: JSON.stringify(item) })))),
    confirm: (items) => void guarded(() => journal.confirm(items.map(id))),
  };
}
