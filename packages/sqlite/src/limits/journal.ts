import type { OpenDatabase } from '../open-database.ts';
import { decoded, encoded } from './journal-row.ts';
import type { Kept, Page, Tab } from './tab.ts';

/** A reservation as the file has it. */
export interface Found {
  readonly seq: number;
  readonly kept: Kept;
  readonly page: Page;
}

/** Entries that may be in the file beyond twice those that are needed, before open ones are copied out of old rows. */
const SLACK = 2_048;
/** Reservations of one row, where the whole journal is written anew. */
const ROW = 256;
const nothing = (): void => undefined;

/**
 * The open reservations in the file, as a log: a transaction adds one row for all that it opens and ends, and removes the oldest rows of which nothing is
 * open any more. So a call costs two entries in rows that are written anyway, and most ends are never written: the rows that they end are gone with them.
 */
export class Journal {
  readonly #database: OpenDatabase;
  /** The oldest first. One only speaks of reservations of its own and of rows before it, so that the oldest can go once its own are over. */
  readonly #pages: Page[] = [];
  #last = 0;
  #size = 0;
  #live = 0;

  constructor(database: OpenDatabase) {
    this.#database = database;
  }

  /** What is open by the file. Once, before anything is written; each is to be put into its page. */
  read(): readonly Found[] {
    const rows = this.#database.sql('SELECT seq, entry FROM journal ORDER BY seq').all([]);
    const found = new Map<number, Found>();
    for (const [row, text] of rows as (readonly [number, string])[]) {
      const { opened, ended } = decoded(text);
      const page = { seq: row, size: opened.length + ended.length, live: new Set<Tab>() };
      for (const [seq, kept] of opened) found.set(seq, { seq, kept, page });
      for (const seq of ended) found.delete(seq);
      this.#add(page);
    }
    this.#live = found.size;
    return [...found.values()];
  }

  /** Writes what has become of these, within a transaction; what it answers is to be called after it. Can run again. */
  write(tabs: Iterable<Tab>): () => void {
    const opened = new Set<Tab>();
    const ended = new Set<Tab>();
    for (const tab of tabs) {
      if (tab.isOpen) opened.add(tab);
      else if (tab.page !== undefined) ended.add(tab);
    }
    if (opened.size + ended.size === 0) return nothing;
    const gone = this.#leave(opened, ended);
    const before = this.#pages[gone - 1]?.seq ?? 0;
    if (gone > 0) this.#database.sql('DELETE FROM journal WHERE seq <= ?').run([before]);
    const notes = [...ended].filter(({ page }) => page !== undefined && page.seq > before);
    const page = { seq: this.#last + 1, size: opened.size + notes.length, live: new Set<Tab>() };
    if (page.size > 0) this.#insert(page.seq, opened, notes);
    return () => this.#written(page, gone, opened, ended);
  }

  /** The end: nothing is in the file then but those of these that are open. Within a transaction. */
  rewrite(tabs: Iterable<Tab>): void {
    const open = [...tabs].filter((tab) => tab.isOpen);
    this.#database.sql('DELETE FROM journal').run([]);
    for (let from = 0; from < open.length; from += ROW) this.#insert(from + 1, open.slice(from, from + ROW), []);
  }

  /** How many of the oldest rows can go. Where too much is in the file for what is open, the open ones of old rows are written again, in `opened`. */
  #leave(opened: Set<Tab>, ended: ReadonlySet<Tab>): number {
    const most = 2 * (this.#live + opened.size) + SLACK;
    let size = this.#size + opened.size + ended.size;
    let gone = 0;
    for (const page of this.#pages) {
      const isNeeded = (tab: Tab): boolean => !opened.has(tab) && !ended.has(tab);
      if (size <= most && some(page.live, isNeeded)) break;
      for (const tab of page.live) {
        if (!isNeeded(tab)) continue;
        opened.add(tab);
        size += 1;
      }
      size -= page.size;
      gone += 1;
    }
    return gone;
  }

  #insert(row: number, opened: Iterable<Tab>, ended: readonly Tab[]): void {
    const text = encoded({
      opened: Array.from(opened, ({ seq, kept }) => [seq, kept] as const),
      ended: ended.map(({ seq }) => seq),
    });
    this.#database.sql('INSERT INTO journal (seq, entry) VALUES (?, ?)').run([row, text]);
  }

  #written(page: Page, gone: number, opened: ReadonlySet<Tab>, ended: ReadonlySet<Tab>): void {
    for (const old of this.#pages.splice(0, gone)) this.#size -= old.size;
    for (const tab of [...ended, ...opened]) {
      if (tab.page?.live.delete(tab) === true) this.#live -= 1;
      tab.page = undefined;
    }
    for (const tab of opened) {
      page.live.add(tab);
      tab.page = page;
    }
    this.#live += opened.size;
    if (page.size > 0) this.#add(page);
  }

  #add(page: Page): void {
    this.#pages.push(page);
    this.#size += page.size;
    this.#last = page.seq;
  }
}

function some<Item>(items: Iterable<Item>, test: (item: Item) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}
