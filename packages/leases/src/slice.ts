/** A part of a limit that the store holds for this process: one reservation there, which many requests draw from here. */
export class Slice {
  /** Of the reservation. Exchanged when the slice is written anew. */
  id: string;
  /** Units that the reservation holds. */
  amount: number;
  /** When the store counts it as used unless it is renewed. */
  expires: number;
  /** It is not drawn from at this moment or later. */
  readonly until: number;
  /** Units that requests have used and the store doesn't know of. */
  used = 0;
  /** Units of requests under way. */
  held = 0;
  /** Requests under way; those that hold nothing count as well, because what they use belongs here. */
  holds = 0;
  /** When the last of those is over, at the latest. */
  longest = 0;
  /** When it was last drawn from. */
  touched: number;
  /** When it was last written. */
  written: number;
  /** It has ended in the store. */
  lost = false;
  isRenewing = false;

  constructor(id: string, amount: number, expires: number, until: number, now: number) {
    this.id = id;
    this.amount = amount;
    this.expires = expires;
    this.until = until;
    this.touched = now;
    this.written = now;
  }

  get free(): number {
    return this.amount - this.used - this.held;
  }
}

/** What one request holds of a slice; without one it holds nothing, and what it uses is booked where there is room. */
export interface Part {
  readonly slice: Slice | undefined;
  amount: number;
}
