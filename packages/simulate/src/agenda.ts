/** What happens when, in the order of time; of what happens at the same moment, in the order in which it was written down. A binary heap. */
export class Agenda {
  readonly #at: number[] = [];
  readonly #order: number[] = [];
  readonly #run: (() => void)[] = [];
  #count = 0;
  /** Milliseconds. */
  now = 0;

  get size(): number {
    return this.#run.length;
  }

  /** `at`: ms, not before now. */
  add(at: number, run: () => void): void {
    const last = this.#run.length;
    this.#at.push(Math.max(at, this.now));
    this.#order.push(this.#count++);
    this.#run.push(run);
    this.#rise(last);
  }

  /** Lets the next thing happen; false: there is none. */
  next(): boolean {
    const [at] = this.#at;
    const [run] = this.#run;
    if (at === undefined || run === undefined) return false;
    this.now = at;
    this.#swap(0, this.#run.length - 1);
    this.#at.pop();
    this.#order.pop();
    this.#run.pop();
    this.#sink();
    run();
    return true;
  }

  #before(left: number, right: number): boolean {
    const difference = (this.#at[left] as number) - (this.#at[right] as number);
    return difference < 0 || (difference === 0 && (this.#order[left] as number) < (this.#order[right] as number));
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#before(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= this.#run.length) return;
      const first = left + 1 < this.#run.length && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(first, at)) return;
      this.#swap(first, at);
      at = first;
    }
  }

  #swap(left: number, right: number): void {
    swap(this.#at, left, right);
    swap(this.#order, left, right);
    swap(this.#run, left, right);
  }
}

function swap<Item>(list: Item[], left: number, right: number): void {
  const item = list[left] as Item;
  list[left] = list[right] as Item;
  list[right] = item;
}
