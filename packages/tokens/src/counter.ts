import { vocabularyOf } from './providers/vocabularies.ts';
import type { Answer, Question } from './worker.ts';

/** Texts that may wait for the thread. One more is refused: whoever asked has an estimate of his own. */
const MOST_WAITING = 256;

/** Milliseconds after which nobody waits for a count: the gateway goes by its estimate then. */
const PATIENCE = 5_000;

/** Characters of a text that are counted; what is longer is extrapolated. */
const MOST_TEXT = 1024 * 1024;

/** What of a thread is needed here. */
export interface Thread {
  postMessage(question: Question): void;
  on(event: 'message', listener: (answer: Answer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface Job {
  readonly question: Question;
  /** How often the part that is counted stands for the whole. */
  readonly share: number;
  readonly since: number;
  /** When the thread was asked. */
  asked: number;
  resolve(tokens: number): void;
  reject(error: unknown): void;
}

/** Asks a thread one question after the other. The thread is started with the first one, and again after it died; it keeps no process alive. */
export class Counter {
  readonly #start: () => Thread;
  readonly #now: () => number;
  readonly #waiting: Job[] = [];
  #thread: Thread | undefined;
  #job: Job | undefined;
  #closed = false;

  /** @param now milliseconds of a clock that is never set */
  constructor(start: () => Thread, now: () => number) {
    this.#start = start;
    this.#now = now;
  }

  /**
   * Rejects when too many wait already, when it waited for 5 s behind others, when the thread dies of this text, when that has counted on it for 5 s and
   * another text is there, and after `close`.
   */
  count(text: string, model: string): Promise<number> {
    if (this.#closed) return Promise.reject(new Error('the tokenizer is closed'));
    this.#giveUp();
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new Error('too many texts wait to be counted'));
    return new Promise((resolve, reject) => {
      const kept = text.slice(0, MOST_TEXT);
      const question = { text: kept, vocabulary: vocabularyOf(model) };
      const share = text.length / Math.max(1, kept.length);
      const since = this.#now();
      this.#waiting.push({ question, share, since, asked: since, resolve, reject });
      this.#next();
    });
  }

  /** Ends the thread. What waits is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    this.#end(new Error('the tokenizer was closed'));
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the tokenizer was closed'));
    await thread?.terminate();
  }

  /** Nobody waits any more for what is counted: the others don't have to either. */
  #giveUp(): void {
    if (this.#job === undefined || this.#now() - this.#job.asked <= PATIENCE) return;
    const thread = this.#thread;
    this.#thread = undefined;
    this.#end(new Error('it took too long'));
    void thread?.terminate();
    this.#next();
  }

  #next(): void {
    if (this.#job !== undefined) return;
    this.#job = this.#waiting.shift();
    while (this.#job !== undefined && this.#now() - this.#job.since > PATIENCE) {
      this.#job.reject(new Error('it waited too long'));
      this.#job = this.#waiting.shift();
    }
    if (this.#job === undefined) return;
    try {
      this.#thread ??= this.#started();
      this.#job.asked = this.#now();
      this.#thread.postMessage(this.#job.question);
    } catch (error) {
      this.#end(error);
      this.#next();
    }
  }

  #started(): Thread {
    const thread = this.#start();
    let cause: unknown = new Error('the thread of the tokenizer ended');
    thread.unref();
    thread.on('message', (answer) => {
      if (this.#thread === thread) this.#take(answer);
    });
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', () => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#end(cause);
      this.#next();
    });
    return thread;
  }

  #take(answer: Answer): void {
    const job = this.#job;
    this.#job = undefined;
    if ('error' in answer) job?.reject(new Error(answer.error));
    else job?.resolve(Math.ceil(answer.tokens * job.share));
    this.#next();
  }

  /** The question under way gets no answer. */
  #end(error: unknown): void {
    const job = this.#job;
    this.#job = undefined;
    job?.reject(error);
  }
}
