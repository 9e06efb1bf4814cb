import { isLate, StoreTimeout } from './deadline.ts';
import type { OpenDatabase } from './open-database.ts';

/** More is waiting to be written than may. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';

  constructor() {
    super('The store has too much to write already. Nothing of this call was done.');
  }
}

interface Job {
  readonly rows: number;
  readonly deadline: number;
  run(): unknown;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** Rows of one transaction: so many hold up the event loop for a few milliseconds. */
const BATCH_ROWS = 256;

/**
 * All that is written, in the order of asking, several at a time in one transaction. An answer means that it is in the file. A job whose deadline
 * passes while it waits is not done at all; one that was begun is answered, however long the disk took, since it is done.
 */
export class Writer {
  readonly #database: OpenDatabase;
  readonly #batchMs: number;
  readonly #capacity: number;
  #jobs: Job[] = [];
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #failures = 0;

  /**
   * @param batchMs how long to collect, milliseconds
   * @param capacity rows that may wait
   */
  constructor(database: OpenDatabase, batchMs: number, capacity: number) {
    this.#database = database;
    this.#batchMs = batchMs;
    this.#capacity = capacity;
  }

  /** Transactions that were taken back: what was remembered of the file may be wrong. */
  get failures(): number {
    return this.#failures;
  }

  /** Fails when the store is closed. */
  assertOpen(): void {
    if (this.#isClosed) throw new Error('The store is closed.');
  }

  /**
   * Does `run` in a transaction soon. It must be able to run again: when a transaction of several fails, each is tried alone.
   * @param deadline of {@link deadlineOf}
   * @param rows that it writes, about
   * @returns what `run` gave, once it is in the file. Rejects with StoreTimeout, StoreBusy or the error of the database; then nothing of it is.
   */
  async write<Result>(run: () => Result, deadline = Number.POSITIVE_INFINITY, rows = 1): Promise<Result> {
    this.assertOpen();
    if (this.#rows > 0 && this.#rows + rows > this.#capacity) throw new StoreBusy();
    return new Promise<Result>((resolve, reject) => {
      this.#jobs.push({ rows, deadline, run, resolve, reject });
      this.#rows += rows;
      this.#timer ??= setTimeout(this.#next, this.#batchMs);
    });
  }

  /** Writes at once what waits. */
  flush(): void {
    while (this.#jobs.length > 0) this.#commitSome();
  }

  /** Writes what waits and takes no more. */
  close(): void {
    this.flush();
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  readonly #next = (): void => {
    this.#timer = undefined;
    this.#commitSome();
    // The rest in another turn, so that requests go on in between.
    if (this.#jobs.length > 0) this.#timer ??= setTimeout(this.#next, 0);
  };

  #commitSome(): void {
    const jobs = this.#take().filter((job) => !expired(job));
    if (jobs.length === 0 || this.#commit(jobs)) return;
    for (const job of jobs) this.#commit([job], true);
  }

  #take(): Job[] {
    let [count, rows] = [0, 0];
    for (const job of this.#jobs) {
      if (count > 0 && rows + job.rows > BATCH_ROWS) break;
      count += 1;
      rows += job.rows;
    }
    this.#rows -= rows;
    const taken = this.#jobs.slice(0, count);
    this.#jobs = this.#jobs.slice(count);
    return taken;
  }

  /** One transaction. False: it failed and nothing was done; with `isLast` the jobs were told. */
  #commit(jobs: readonly Job[], isLast = jobs.length === 1): boolean {
    const { sql } = this.#database;
    try {
      sql('BEGIN IMMEDIATE').run([]);
      const results = jobs.map((job) => job.run());
      sql('COMMIT').run([]);
      jobs.forEach((job, index) => void job.resolve(results[index] as never));
      return true;
    } catch (error) {
      this.#failures += 1;
      if (this.#database.inTransaction) sql('ROLLBACK').run([]);
      if (isLast) for (const job of jobs) job.reject(error);
      return isLast;
    }
  }
}

function expired(job: Job): boolean {
  if (!isLate(job.deadline)) return false;
  job.reject(new StoreTimeout());
  return true;
}
