import type { FaultKind } from '../chat/fault.ts';
import { hashOf } from '../kit/hash.ts';
import { CONSEQUENCES } from './faults.ts';

/** Calls of which is known how they ended: the latest ones. */
const KEPT = 200;
/** Weight of the newest of the durations that are averaged. */
const NEWEST = 0.1;

/** How a call ended: well, by fault of where it went, or refused for what it asks. */
const WELL = 0;
const FAILED = 1;
const REFUSED = 2;

/** How the calls of one side of a gray release fare: counted by calls and not by time, so that little traffic decides as well as much. */
export class Arm {
  readonly #ends = new Uint8Array(KEPT);
  /** Whose they were: hashes. */
  readonly #callers = new Uint32Array(KEPT);
  #at = 0;
  calls = 0;
  failures = 0;
  refusals = 0;
  readonly firstToken = new Mean();
  readonly perToken = new Mean();

  /** Of failures, 0 to 1. */
  get share(): number {
    return this.calls === 0 ? 0 : this.failures / this.calls;
  }

  /** Of all that was not answered, 0 to 1. */
  get unanswered(): number {
    return this.calls === 0 ? 0 : (this.failures + this.refusals) / this.calls;
  }

  /** A call has ended, or a request found nobody to call. `kind`: what it failed with, where that is known. */
  count(failed: boolean, kind: FaultKind | undefined, caller: string): void {
    const end = !failed ? WELL : kind === undefined || CONSEQUENCES[kind].cool ? FAILED : REFUSED;
    const before = this.calls < KEPT ? WELL : this.#ends[this.#at];
    this.failures += Number(end === FAILED) - Number(before === FAILED);
    this.refusals += Number(end === REFUSED) - Number(before === REFUSED);
    this.#ends[this.#at] = end;
    this.#callers[this.#at] = hashOf(caller);
    this.#at = (this.#at + 1) % KEPT;
    if (this.calls < KEPT) this.calls++;
  }

  /**
   * How many callers were refused, and the share of a caller's calls that was, 0 to 1, as the mean of all callers: without the one who was refused most, who
   * may be at fault himself.
   */
  refused(): { readonly callers: number; readonly share: number } {
    const byCaller = new Map<number, [calls: number, refused: number]>();
    for (let at = 0; at < this.calls; at++) {
      const caller = this.#callers[at] ?? 0;
      const [calls, refused] = byCaller.get(caller) ?? [0, 0];
      byCaller.set(caller, [calls + 1, refused + Number(this.#ends[at] === REFUSED)]);
    }
    const shares = [...byCaller.values()].map(([calls, refused]) => refused / calls);
    const others = shares.reduce((sum, share) => sum + share, -Math.max(0, ...shares));
    return { callers: shares.filter((share) => share > 0).length, share: others / Math.max(1, shares.length - 1) };
  }
}

/** Of durations, in ms; the later ones weigh more. */
class Mean {
  value = 0;
  of = 0;

  add(duration: number): void {
    this.of++;
    // At first all weigh the same.
    this.value += (duration - this.value) * Math.max(NEWEST, 1 / this.of);
  }
}

export type { Mean };
