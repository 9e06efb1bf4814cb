import type { Limit, ScopeId } from '@postern/core';
import { counterOf, type Stretch, stretchOf } from './window.ts';

/** What one limit of one scope has used and reserved in one stretch of time, and what the file says of that. */
export interface Part {
  readonly mark: Mark;
  readonly stretch: Stretch;
  /** Used and reserved now. */
  level: number;
  /** The high-water mark in the file: never less than what was granted. What is between is leased: it can be granted without writing. */
  leased: number;
}

/** A part of a reservation in one stretch. */
export class Hold {
  readonly part: Part;
  amount: number;

  constructor(part: Part, amount: number) {
    this.part = part;
    this.amount = amount;
  }
}

/** One limit of one scope. */
export class Mark {
  readonly scope: ScopeId;
  readonly counter: string;
  /** As it was last asked for. */
  limit: Limit;
  /** Oldest first. */
  readonly parts: Part[] = [];

  constructor(scope: ScopeId, limit: Limit) {
    this.scope = scope;
    this.limit = limit;
    this.counter = counterOf(limit);
  }

  /** Where new holds go. A clock that was set back does not bring back an old stretch. */
  at(now: number): Part {
    const last = this.parts.at(-1);
    const stretch = stretchOf(this.limit, now);
    if (last !== undefined && stretch.start <= last.stretch.start) return last;
    while (this.parts[0] !== undefined && this.parts[0].stretch.ends <= now) this.parts.shift();
    return this.#add(stretch, 0);
  }

  /** A stretch as the file has it. */
  restore(start: number, high: number): Part {
    const stretch = stretchOf({ ...this.limit, ...(this.limit.start === undefined ? {} : { start }) }, start);
    const part = this.#add({ ...stretch, start }, high);
    part.leased = high;
    return part;
  }

  #add(stretch: Stretch, level: number): Part {
    const part = { mark: this, stretch, level, leased: 0 };
    this.parts.push(part);
    return part;
  }
}

/** Is so much leased that is not needed any more that giving it back is worth a row? */
export const isLoose = (part: Part): boolean => part.leased - part.level > 2 * aheadOf(part);

/** By how much the mark is set ahead of what was granted: what a crash can cost. A 128th of the limit, or four times what was asked for now. */
export function aheadOf({ mark: { limit }, level, leased }: Part): number {
  const step = Math.max(Math.ceil(limit.max / 128), 4 * Math.max(0, level - leased));
  const room = limit.soft === true ? step : Math.max(0, limit.max - level);
  return Math.min(step, room, Number.MAX_SAFE_INTEGER - level);
}
