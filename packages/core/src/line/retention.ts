import type { Settings } from '../config/settings.ts';
import type { Log } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import { textOf } from '../kit/text-of.ts';
import type { Call, Ledger } from '../store/store.ts';
import type { Platform } from '../transport/platform.ts';

const HOUR = 3_600_000;
/** How long one step may take, in ms: it may remove an hour of rows. */
const PATIENCE = 30_000;
/** Steps of one run, so that a ledger of years is not emptied at a stroke. */
const STEPS = 1_000;

/** What {@link Retention} is made of. */
export interface RetentionOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  random(): number;
  readonly log: Log;
  /** Milliseconds that rows are kept after they ended. */
  readonly kept: number;
}

/** undefined: the configuration keeps all rows. */
export function retentionOf(
  { log, storage: { ledgerKept: kept } }: Settings,
  ledger: Ledger,
  { clock, random }: Platform,
): Retention | undefined {
  return kept === undefined ? undefined : new Retention({ ledger, clock, random, log, kept });
}

/** Purges the ledger about once an hour, from the oldest row on, an hour of rows at a time. Each process does; when is left to chance. */
export class Retention {
  readonly #options: RetentionOptions;
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#wait(options.random() * HOUR);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #wait(ms: number): void {
    if (!this.#stopped) this.#cancel = this.#options.clock.timer(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    const { kept, log, random } = this.#options;
    try {
      for (let step = 0; step < STEPS && !this.#stopped; step++) if (!(await this.#step(kept))) break;
    } catch (cause) {
      log.error('the ledger could not be purged; it is tried again', { cause: textOf(cause) });
    }
    this.#wait((0.5 + random()) * HOUR);
  }

  /** Is there more to purge? */
  async #step(kept: number): Promise<boolean> {
    const { clock, ledger } = this.#options;
    const now = clock.now();
    const call: Call = { now, deadline: now + PATIENCE };
    const [oldest] = (await ledger.list({ to: now - kept }, undefined, call)).items;
    if (oldest === undefined) return false;
    // Rows are listed as they came, which is about as they ended.
    return (await ledger.purge(Math.min(now - kept, oldest.endedAt + HOUR), call)) > 0;
  }
}
