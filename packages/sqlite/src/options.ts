/** Settings of a SQLite store. */
export interface SqliteStoreOptions {
  /** Path of the file; made when it is not there, readable by its owner only. `-wal`, `-shm` and `.lock` appear beside it. */
  readonly file: string;
  /**
   * `normal`: what was acknowledged survives the death of the process (kill -9), but the last moments before a power cut may be lost.
   * `full`: it survives that too; each batch then waits for the disk, and the event loop with it. Default `normal`.
   */
  readonly synchronous?: 'normal' | 'full';
  /** How long writes are collected for one transaction, in milliseconds; so long does a write take at least. 1 to 1,000; default 2. */
  readonly batchMs?: number;
  /** Rows that may wait to be written; beyond it calls reject with StoreBusy. From 1 up; default 50,000. */
  readonly queue?: number;
  /** Limits times scopes that are counted at a time; beyond it further scopes are refused. From 1 up; default 100,000. */
  readonly counters?: number;
}

/**
 * With defaults.
 * @throws TypeError, RangeError for what is no setting
 */
export function checked(options: SqliteStoreOptions): Required<SqliteStoreOptions> {
  const { batchMs = 2, queue = 50_000, counters = 100_000 } = options;
  inRange('batchMs', batchMs, 1_000);
  inRange('queue', queue, Number.MAX_SAFE_INTEGER);
  inRange('counters', counters, Number.MAX_SAFE_INTEGER);
  return { ...checkedFile(options), batchMs, queue, counters };
}

/** Where a file is, and how safe what is written to it is. */
export type FileOptions = Pick<SqliteStoreOptions, 'file' | 'synchronous'>;

/**
 * With defaults.
 * @throws TypeError for what is no setting
 */
export function checkedFile({ file, synchronous = 'normal' }: FileOptions): Required<FileOptions> {
  if (typeof file !== 'string' || file === '' || file.includes('\0') || file === ':memory:' || /^\w+:\/\//.test(file)) {
    throw new TypeError(
      '`file` must be the path of a file. (What need not survive the process can go into memoryStore.)',
    );
  }
  if (synchronous !== 'normal' && synchronous !== 'full') {
    throw new TypeError("`synchronous` must be 'normal' or 'full'.");
  }
  return { file, synchronous };
}

function inRange(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`\`${name}\` must be a whole number from 1 to ${most}; got ${value}.`);
}
