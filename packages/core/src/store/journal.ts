/** What a store was not told yet, as a {@link Journal} keeps it. */
export interface JournalEntry {
  /** Appended again under the same id it is the same entry. */
  readonly id: string;
  /** JSON, as it was given. */
  readonly text: string;
}

/**
 * Keeps what waits for a store that is away, so that it outlives the process; `journal` of the configuration. `sqliteJournal` of @postern/sqlite is one.
 * Each process has one of its own. What it fails at goes to the operator's log and fails no request.
 */
export interface Journal {
  /** What was appended and is not confirmed, the oldest first. Asked once, at mount. */
  load(): readonly JournalEntry[] | Promise<readonly JournalEntry[]>;
  /** Done, or resolved: the entries survive this process. Called while the store is away, so it should be quick. */
  append(entries: readonly JournalEntry[]): void | Promise<void>;
  /** The store knows of these now. Where this is lost they are told again, once more. */
  confirm(ids: readonly string[]): void | Promise<void>;
}
