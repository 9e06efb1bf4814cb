/** Calls at once that are tried at first. */
const FIRST = 20;
/** How much slower than it used to be a deployment may be before it is given fewer calls. */
const TOLERATED = 1.5;
/** The most that one cut takes away. */
const DEEPEST = 0.5;
/** Weight of the newest duration in how it is now. */
const NEWEST = 0.1;
/** Milliseconds in which how it used to be follows what is seen: with few calls under way, which shows how it is by nature, and with many. */
const FEW = 60_000;
const MANY = 1_800_000;
/** Durations at first that all weigh the same. */
const FIRST_SEEN = 10;

/**
 * How many calls at once a deployment takes, learnt from how it answers: more by one each time that as many as are allowed have spoken and it is not slower for
 * it; fewer as soon as it is, and half when it says that it has too much. A call that began before the last cut says nothing of how it is since: so there is
 * one cut at most in the time that a call takes.
 */
export class LearntLimit {
  #value = FIRST;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** Until the first cut it grows as fast as calls come. */
  #cut = false;
  readonly #spoken = new Trend();
  readonly #perToken = new Trend();

  /** A whole number from 1 to `max`. */
  value(max: number): number {
    return Math.max(1, Math.min(max, Math.floor(this.#value)));
  }

  /** A stream has spoken, so many ms after it was begun. `open`: calls under way, this one included. */
  spoke(after: number, open: number, max: number, now: number): void {
    this.#learn(this.#spoken, after, now - after, open, max, now);
  }

  /** A whole answer took so many ms for each of its tokens. */
  answered(perToken: number, began: number, open: number, max: number, now: number): void {
    this.#learn(this.#perToken, perToken, began, open, max, now);
  }

  /** It said that it has too much to do. `began`: when the call did that it said so to. */
  overloaded(began: number, max: number, now: number): void {
    this.#reduce(DEEPEST, began, max, now);
  }

  #learn(trend: Trend, duration: number, began: number, open: number, max: number, now: number): void {
    // With so few calls under way they are not what slows it down.
    const few = open < this.value(max) / 2;
    const slower = trend.add(duration, few ? FEW : MANY, now);
    if (few) return;
    if (slower > TOLERATED) this.#reduce(Math.max(DEEPEST, TOLERATED / slower), began, max, now);
    else if (open >= this.value(max)) this.#value = Math.min(max, this.#value + (this.#cut ? 1 / this.#value : 1));
  }

  #reduce(to: number, began: number, max: number, now: number): void {
    if (began < this.#cutAt) return;
    this.#cut = true;
    this.#cutAt = now;
    this.#value = Math.max(1, Math.min(max, this.#value) * to);
  }
}

/** How durations are, compared with how they used to be. */
class Trend {
  #count = 0;
  #at = 0;
  #now = 0;
  #before = 0;

  /** Gives how many times as long they are now. */
  add(duration: number, follows: number, now: number): number {
    const least = ++this.#count <= FIRST_SEEN ? 1 / this.#count : 0;
    const gone = 1 - Math.exp(Math.min(0, this.#at - now) / follows);
    this.#at = now;
    this.#now += (duration - this.#now) * Math.max(NEWEST, least);
    this.#before += (duration - this.#before) * Math.max(gone, least);
    return this.#before > 0 ? this.#now / this.#before : 1;
  }
}
