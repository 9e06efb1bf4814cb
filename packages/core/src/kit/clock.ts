/** Time, as a port: everything that decides takes it from here, so that tests and simulations run on their own clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. Never keeps a process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms` milliseconds; the answer cancels it. Never keeps a process alive. */
  timer(ms: number, run: () => void): () => void;
}
