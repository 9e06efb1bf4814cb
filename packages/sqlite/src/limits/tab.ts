import type { Amounts, Reservation } from '@postern/core';
import { Hold, type Mark, type Part } from './mark.ts';

/** An amount that was reserved, and when: the reservation itself, and each extension in another stretch of time. */
export interface Step {
  readonly now: number;
  readonly amounts: Amounts;
}
/** What the file keeps of a reservation. */
export interface Kept {
  readonly reservation: Reservation;
  readonly steps: readonly Step[];
}

/** A row of the journal: what one transaction wrote of reservations. */
export interface Page {
  readonly seq: number;
  /** How many entries it has. */
  readonly size: number;
  /** Reservations that are in the file by this row. */
  readonly live: Set<Tab>;
}

/** Where the claim with this index holds what is reserved now. */
type PartAt = (mark: Mark, now: number, claim: number) => Part;
const newest: PartAt = (mark, now) => mark.at(now);

/** What a reservation holds of one mark. A class, as is {@link Hold}: literals that outlive a few collections are tenured for good. */
class Claim {
  readonly mark: Mark;
  readonly holds: Hold[] = [];

  constructor(mark: Mark) {
    this.mark = mark;
  }
}

/** An open reservation with what it holds of each mark. */
export class Tab {
  /** Its name in the file: in the order of admission. */
  readonly seq: number;
  readonly claims: readonly Claim[];
  /** With extensions, as callers are told of it; its amounts are those of the steps. */
  reservation: Reservation;
  readonly steps: Step[] = [];
  isOpen = true;
  /** Expired, and its use is not known. */
  isDoubtful = false;
  /** Where it is in the file; undefined: nowhere. */
  page: Page | undefined;

  constructor(seq: number, reservation: Reservation, marks: readonly Mark[]) {
    this.seq = seq;
    this.reservation = reservation;
    this.claims = marks.map((mark) => new Claim(mark));
  }

  /** Reserves; the parts that were touched. */
  hold(amounts: Amounts, expires: number, now: number, partAt: PartAt = newest): Part[] {
    const isFirst = this.steps.length === 0;
    let isNew = isFirst;
    const touched: Part[] = [];
    for (let index = 0; index < this.claims.length; index++) {
      const { mark, holds } = this.claims[index] as Claim;
      const part = partAt(mark, now, index);
      const amount = amounts[mark.limit.counts] ?? 0;
      part.level += amount;
      touched.push(part);
      const last = holds.at(-1);
      if (last?.part === part) {
        last.amount += amount;
        continue;
      }
      isNew = true;
      holds.push(new Hold(part, amount));
    }
    const step = isNew ? undefined : this.steps.pop();
    this.steps.push(step === undefined ? { now, amounts } : { now: step.now, amounts: sum(step.amounts, amounts) });
    const { reservation } = this;
    if (!isFirst) this.reservation = { ...reservation, amounts: sum(reservation.amounts, amounts), expires };
    else if (reservation.amounts !== amounts || reservation.expires !== expires)
      this.reservation = { ...reservation, amounts, expires };
    return touched;
  }

  /** Turns what was reserved into what was used; what goes beyond counts in the last stretch. The parts that were touched. */
  book(used: Amounts): Part[] {
    this.isOpen = false;
    const touched: Part[] = [];
    for (const { mark, holds } of this.claims) {
      let left = used[mark.limit.counts] ?? 0;
      const last = holds.at(-1);
      for (const hold of holds) {
        const amount = hold === last ? left : Math.min(left, hold.amount);
        left -= amount;
        hold.part.level += amount - hold.amount;
        touched.push(hold.part);
      }
      holds.length = 0;
    }
    return touched;
  }

  get kept(): Kept {
    return { reservation: this.reservation, steps: this.steps };
  }
}

function sum(amounts: Amounts, by: Amounts): Amounts {
  const total: Partial<Record<keyof Amounts, number>> = { ...amounts };
  for (const name of Object.keys(by) as (keyof Amounts)[]) total[name] = (total[name] ?? 0) + (by[name] ?? 0);
  return total;
}
