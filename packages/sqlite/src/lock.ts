import Database from 'libsql';

/** Another process (or this one) has the file open for writing. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';

  constructor(file: string) {
    super(
      `${file} is in use by another store. One process writes a SQLite store at a time; for several, use a store that is a server, or a file for each.`,
    );
  }
}

/**
 * Takes the right to write `file`, for as long as this process lives or until the answer is called. It is an open transaction on
 * `<file>.lock`, hence a lock of the operating system, which dies with its process however that ends. The file itself stays readable
 * for others. (Nothing else may open and close the lock file: POSIX gives up a process's locks with the first descriptor that it closes.)
 * @throws StoreInUse when somebody else has it
 */
export function lock(file: string): () => void {
  const database = new Database(`${file}.lock`);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw isBusy(error) ? new StoreInUse(file) : error;
  }
  return () => database.close();
}

const isBusy = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
