import { Worker } from 'node:worker_threads';
import type { Tokenizer } from '@postern/core';
import { Counter } from './counter.ts';

/** A {@link Tokenizer} that can be closed. */
export interface WorkerTokenizer extends Tokenizer {
  count(text: string, model: string): Promise<number>;
  /** Ends its thread; nothing is counted any more. */
  close(): Promise<void>;
}

/**
 * Counts tokens, for `tokenizer` of the configuration: with the vocabulary of the model where that is public (o200k_base, cl100k_base), else with
 * o200k_base, which for other vendors' models is an estimate. It counts in a thread of its own, which is started with the first text and reads the
 * vocabulary then, counts one text at a time and keeps no process alive. More than 256 waiting texts, those that waited for 5 s, one that is counted for longer
 * while others wait, and those of which the thread dies are rejected: the gateway then goes by its own estimate. Of texts of more than 1,048,576 characters so many are counted, and the rest extrapolated.
 */
export function tokenizer(): WorkerTokenizer {
  // No flags of the process and none of its environment: the thread needs neither.
  const start = (): Worker => new Worker(new URL('./worker.js', import.meta.url), { execArgv: [], env: {} });
  return new Counter(start, () => performance.now());
}
