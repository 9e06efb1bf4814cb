import type { StorageSettings } from '../config/storage-settings.ts';
import type { Log } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import type { Events } from '../kit/events.ts';
import { textOf } from '../kit/text-of.ts';
import { boundedStore } from '../store/bounded.ts';
import type { Journal, JournalEntry } from '../store/journal.ts';
import { keptIn } from '../store/kept.ts';
import { Outbox } from '../store/outbox.ts';
import type { Amounts, AttemptRecord, Call, Reservation, Store } from '../store/store.ts';
import type { GatewayEvents } from './events.ts';

/** Rows of the ledger that go in one call, and settlements that go at once. */
const ROWS = 500;
const SETTLEMENTS = 32;
/** Longer than any store is away, in ms: what is counted late must not expire while it is. */
const DAY = 86_400_000;
/** How long an outage is told once only, in ms. */
const QUIET = 10_000;

/** What the store was not told yet of the limits. */
interface Untold {
  readonly id: string;
  readonly used: Amounts;
  /** When it was. */
  readonly now: number;
  /** Of what was served without a reservation: where it counts. */
  readonly scopes: Reservation['scopes'] | undefined;
  /** The reservation that was made for it afterwards, once there is one; and how often that was tried. */
  as?: string;
  tries: number;
}

/** One request may have both: a reservation that came too late is given back, and what was served without one is counted. */
const nameOf = ({ id, scopes }: Untold): string => `${scopes === undefined ? 'settle' : 'count'}:${id}`;

/** What the books are made of. */
export interface BooksOptions {
  readonly store: Store;
  /** Can the store hang? The gateway's own memory can't. */
  readonly foreign: boolean;
  /** undefined: what waits does not outlive the process. */
  readonly journal: Journal | undefined;
  readonly storage: StorageSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events<GatewayEvents>;
}

/**
 * What the store is told when a request is over. A store that is away is told later: rows of the ledger and settlements wait here, bounded, in their order,
 * and both may be told twice. With a journal they outlive the process.
 */
export class Books {
  /** The store, which answers in time or rejects. */
  readonly store: Store;
  /** What could not be kept. */
  lost = 0;
  readonly #options: BooksOptions;
  readonly #rows: Outbox<AttemptRecord>;
  readonly #limits: Outbox<Untold>;
  readonly #tasks: Outbox<() => Promise<unknown>>;
  readonly #loading: Promise<readonly JournalEntry[]> | undefined;
  #quietUntil = 0;

  constructor(options: BooksOptions) {
    this.#options = options;
    const { clock, foreign, store } = options;
    this.store = foreign ? boundedStore(store, clock, (id) => void this.settle(id, {})) : store;
    const { journal } = options;
    // Asked at once; what it rejects with is told by whoever waits for it.
    this.#loading = journal && (async () => journal.load())();
    this.#loading?.catch(() => {});
    const append = (rows: readonly AttemptRecord[]) => this.store.ledger.append(rows, this.#call(clock.now()));
    this.#rows = this.#outbox('ledger', ROWS, append, ({ attempt }) => attempt);
    this.#limits = this.#outbox('limits', SETTLEMENTS, (all) => Promise.all(all.map((one) => this.#tell(one))), nameOf);
    this.#tasks = this.#outbox('keys', SETTLEMENTS, (all) => Promise.all(all.map((task) => task())));
  }

  /** Entries that the store was not told yet. */
  get size(): number {
    return this.#rows.size + this.#limits.size + this.#tasks.size;
  }

  /** Appends to the ledger. Resolves when that was done, or failed for the first time; undefined when it is done by now, or will be tried later. Never rejects. */
  append(rows: readonly AttemptRecord[]): Promise<void> | undefined {
    const { clock, foreign } = this.#options;
    // Our own memory takes rows at once, and has no bad days.
    if (!foreign) return void this.store.ledger.append(rows, this.#call(clock.now()));
    return this.#rows.add(rows);
  }

  /** Settles a reservation that the store could not be told of. */
  settle(id: string, used: Amounts): void {
    void this.#limits.add([{ id, used, now: this.#options.clock.now(), scopes: undefined, tries: 0 }]);
  }

  /** Counts what was served without a reservation, whatever the limits say to it. */
  count(id: string, scopes: Reservation['scopes'], used: Amounts): void {
    if (scopes.length > 0) void this.#limits.add([{ id, used, now: this.#options.clock.now(), scopes, tries: 0 }]);
  }

  /** Does something at the store, again and again until it does not reject. Resolves when it was done, or failed for the first time. It should hold little. */
  insist(task: () => Promise<unknown>): Promise<void> | undefined {
    return this.#tasks.add([task]);
  }

  /** Tells the operator, and not of each request of an outage. */
  tell(message: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.#options.clock.now();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + QUIET;
    this.#options.log.error(message, fields);
  }

  /** Tells all that waits, for `ms` at the most. Resolves to how many entries are left. */
  async flush(ms: number): Promise<number> {
    await Promise.all([this.#rows, this.#limits, this.#tasks].map((outbox) => outbox.flush(ms)));
    return this.size;
  }

  /** The end: what is left is lost, and said so, unless there is a journal for it. */
  stop(): void {
    this.#rows.stop();
    this.#limits.stop();
    this.#tasks.stop();
    const lost = this.#loading === undefined ? this.size : this.#tasks.size;
    if (lost > 0) this.#lose('journal', lost, new Error('The gateway was closed.'));
  }

  #journalFailed(cause: unknown): void {
    this.#options.log.error('the journal failed: what the store was not told waits in memory only', {
      cause: textOf(cause),
    });
  }

  /** `idOf`: of what the journal takes. */
  #outbox<Item>(
    part: string,
    batch: number,
    send: (items: readonly Item[]) => Promise<unknown>,
    idOf?: (item: Item) => string,
  ): Outbox<Item> {
    const { clock, events, journal, log, storage } = this.#options;
    return new Outbox<Item>({
      kept:
        journal &&
        this.#loading &&
        idOf &&
        keptIn(journal, this.#loading, part, idOf, (cause) => this.#journalFailed(cause)),
      clock,
      capacity: storage.journal,
      batch,
      send,
      onAway: (cause) => {
        log.error('the store failed to settle a request; what it was not told is kept and told again', {
          part,
          cause: textOf(cause),
        });
        events.emit('store-away', { part });
      },
      onBack: () => events.emit('store-back', { part }),
      onLost: (count, cause) => this.#lose(part, count, cause),
    });
  }

  #lose(part: string, count: number, cause: unknown): void {
    const { events, log } = this.#options;
    this.lost += count;
    // Each of thousands would say the same.
    if (count > 1 || Number.isInteger(Math.log2(this.lost)))
      log.error('the store was never told of what was used', { part, count, lost: this.lost, cause: textOf(cause) });
    events.emit('journal-lost', { part, count });
  }

  #call(now: number): Call {
    return { now, deadline: now + this.#options.storage.timeout };
  }

  async #tell(untold: Untold): Promise<void> {
    const { id, now, scopes, used } = untold;
    const { limits } = this.store;
    if (scopes === undefined) return void (await limits.settle(id, used, this.#call(now)));
    untold.as ??= await this.#reserve(untold, scopes);
    await limits.settle(untold.as, used, this.#call(now));
  }

  /** Each try has an id of its own: one that was given up may be taken back by the store at any time. */
  async #reserve(untold: Untold, scopes: Reservation['scopes']): Promise<string> {
    const { id, now, used } = untold;
    const as = `${id}~${++untold.tries}`;
    const soft = scopes.map(({ scope, limits }) => ({ scope, limits: limits.map((one) => ({ ...one, soft: true })) }));
    const reservation = { id: as, scopes: soft, amounts: used, expires: now + DAY, onExpiry: 'spend' } as const;
    const answer = await this.store.limits.admit(reservation, this.#call(now));
    if (!answer.granted) throw new RangeError(`The store has no room for ${answer.scope}.`);
    return as;
  }
}
