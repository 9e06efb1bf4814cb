import {
  type Amounts,
  type Call,
  type Granted,
  type Limits,
  memoryStore,
  type Page,
  type Refused,
  type Reservation,
} from '@postern/core';
import { cursorOf, numberOf } from '../cursor.ts';
import { deadlineOf } from '../deadline.ts';
import type { OpenDatabase } from '../open-database.ts';
import type { Writer } from '../writer.ts';
import { Batch } from './batch.ts';
import { Journal } from './journal.ts';
import { isLoose, type Mark, type Part } from './mark.ts';
import { Marks, replay } from './marks.ts';
import { restore } from './restore.ts';
import { Tab } from './tab.ts';
import { isKept } from './window.ts';

const LIST = 'reservations';
const NOTHING: Amounts = {};
/** How long what is leased and not needed is left so, milliseconds. */
const TIDY = 1_000;
const PURGE = 60_000;

/**
 * Limits that are counted in memory and kept in the file by high-water marks, which are set ahead: a grant below its marks needs no writing. After a
 * crash what a mark says counts as used; after `close` the file is exact. A reservation with onExpiry `doubt` is in the file before it
 * is granted, and is open again after a crash; one with `spend` or `release` is only after `close`, and else counts as spent.
 * After a StoreTimeout an admission has reserved nothing; an extension may hold what it asked for until it is settled; a settlement is done in this
 * process, and not known to be in the file.
 */
export class SqliteLimits implements Limits {
  readonly #journal: Journal;
  readonly #writer: Writer;
  readonly #counters: Limits;
  readonly #marks: Marks;
  readonly #tabs: Map<string, Tab>;
  readonly #loose = new Set<Part>();
  /** Settled, and in the file as open, since the transaction that was to say so failed. */
  readonly #ended: Tab[] = [];
  #batch: Batch | undefined;
  #tidying: NodeJS.Timeout | undefined;
  #nextExpiry = 0;
  #now = 0;
  #purgedAt = 0;
  #replays = 0;
  #nextSeq: number;

  /** @param capacity limits times scopes that are counted at a time */
  constructor(database: OpenDatabase, writer: Writer, capacity: number) {
    this.#journal = new Journal(database);
    this.#writer = writer;
    this.#counters = memoryStore({ counters: capacity }).limits;
    this.#marks = new Marks(database);
    this.#tabs = restore(this.#journal, this.#marks, this.#counters);
    this.#nextSeq = 1 + [...this.#tabs.values()].reduce((last, { seq }) => Math.max(last, seq), 0);
  }

  async admit(reservation: Reservation, call: Call): Promise<Granted | Refused> {
    const deadline = this.#begin(call);
    if (reservation.scopes.length === 0) return this.#counters.admit(reservation, call);
    const { id, amounts, expires } = reservation;
    const marks = this.#marksOf(reservation, call.now);
    const answer = await this.#counters.admit(reservation, call);
    if (!answer.granted) return answer;
    const before = this.#tabs.get(id);
    if (before !== undefined) return this.#batch?.has(before) ? this.#durable(answer, deadline) : answer;
    const tab = new Tab(this.#nextSeq++, reservation, marks);
    this.#tabs.set(id, tab);
    this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    const mustWait = this.#changed(tab, tab.hold(amounts, expires, call.now));
    return mustWait ? this.#durable(answer, deadline, () => this.#takeBack(tab, call)) : answer;
  }

  async extend(id: string, by: Amounts, expires: number, call: Call): Promise<Granted | Refused> {
    const deadline = this.#begin(call);
    const tab = this.#tabs.get(id);
    const answer = await this.#counters.extend(id, by, expires, call);
    if (!answer.granted || tab === undefined || !tab.isOpen) return answer;
    this.#nextExpiry = Math.min(this.#nextExpiry, expires);
    return this.#changed(tab, tab.hold(by, expires, call.now)) ? this.#durable(answer, deadline) : answer;
  }

  async settle(id: string, used: Amounts, call: Call): Promise<Granted> {
    const deadline = this.#begin(call);
    const tab = this.#tabs.get(id);
    const answer = await this.#counters.settle(id, used, call);
    if (tab === undefined || !tab.isOpen) return answer;
    return this.#end(tab, used) ? this.#durable(answer, deadline) : answer;
  }

  /** Rejects with TypeError for a cursor that is none of this list. */
  async open(cursor: string | undefined, call: Call): Promise<Page<Reservation>> {
    this.#begin(call);
    const page = await this.#counters.open(cursor === undefined ? undefined : String(numberOf(LIST, cursor)), call);
    const items = page.items.map((item) => this.#tabs.get(item.id)?.reservation ?? item);
    return page.next === undefined ? { items } : { items, next: cursorOf(LIST, page.next) };
  }

  /** Makes the file exact: what is leased is given back, what is open is written. */
  close(): Promise<void> {
    clearTimeout(this.#tidying);
    return this.#writer.write(() => {
      for (const part of this.#marks) if (part.level !== part.leased) this.#marks.write(part, part.level);
      this.#journal.rewrite(this.#tabs.values());
    });
  }

  #begin(call: Call): number {
    const deadline = deadlineOf(call);
    this.#writer.assertOpen();
    this.#now = Math.max(this.#now, call.now);
    this.#expire(call.now);
    return deadline;
  }

  #marksOf({ scopes }: Reservation, now: number): readonly Mark[] {
    const marks: Mark[] = [];
    for (const { scope, limits } of scopes) {
      for (const limit of limits) {
        if (!isKept(limit)) continue;
        const { mark, isNew } = this.#marks.at(scope, limit, now);
        if (isNew) this.#replay(mark);
        marks.push(mark);
      }
    }
    return marks;
  }

  #replay(mark: Mark): void {
    for (const part of mark.parts) {
      this.#replays += 1;
      replay(this.#counters, part, part.level, `replay ${this.#replays}`);
    }
  }

  /** Ends what is past its time, as the counters do. */
  #expire(now: number): void {
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const tab of this.#tabs.values()) {
      const { expires, onExpiry, amounts } = tab.reservation;
      if (tab.isDoubtful) continue;
      if (expires > now) this.#nextExpiry = Math.min(this.#nextExpiry, expires);
      else if (onExpiry === 'doubt') tab.isDoubtful = true;
      else this.#end(tab, onExpiry === 'spend' ? amounts : NOTHING);
    }
  }

  #takeBack(tab: Tab, call: Call): void {
    if (!tab.isOpen) return;
    void this.#counters.settle(tab.reservation.id, NOTHING, call);
    this.#end(tab, NOTHING);
  }

  #end(tab: Tab, used: Amounts): boolean {
    this.#tabs.delete(tab.reservation.id);
    return this.#changed(tab, tab.book(used));
  }

  /** Notes what is to be written. True: the answer has to wait for it. */
  #changed(tab: Tab, parts: readonly Part[]): boolean {
    let mustWait = false;
    for (const part of parts) {
      if (part.level > part.leased) {
        this.#next().touch(part);
        mustWait = true;
      } else if (isLoose(part)) this.#tidyLater(part);
    }
    if (tab.reservation.onExpiry !== 'doubt' && tab.page === undefined) return mustWait;
    this.#next().keep(tab);
    return true;
  }

  #tidyLater(part: Part): void {
    this.#loose.add(part);
    this.#tidying ??= setTimeout(() => this.#tidy(), TIDY).unref();
  }

  #tidy(): void {
    this.#tidying = undefined;
    const batch = this.#next();
    for (const part of this.#loose) batch.touch(part);
    this.#loose.clear();
    if (this.#now - this.#purgedAt < PURGE) return;
    this.#purgedAt = this.#now;
    batch.purgeAt = this.#now;
  }

  async #durable<Answer>(answer: Answer, deadline: number, undo: () => void = () => undefined): Promise<Answer> {
    await this.#next().wait(deadline, undo);
    return answer;
  }

  /** The batch of the next transaction. */
  #next(): Batch {
    if (this.#batch !== undefined) return this.#batch;
    const batch = new Batch(this.#journal, this.#marks);
    this.#batch = batch;
    for (const tab of this.#ended.splice(0)) batch.keep(tab);
    const write = (): (() => void) => {
      if (this.#batch === batch) this.#batch = undefined;
      return batch.write();
    };
    this.#writer.write(write).then(
      (committed) => committed(),
      (error) => {
        if (this.#batch === batch) this.#batch = undefined;
        this.#ended.push(...batch.fail(error));
      },
    );
    return batch;
  }
}
