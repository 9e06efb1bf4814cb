/** Who waits: taken by turns from the callers, and of each caller in the order in which they came. */
export class FairQueue<Item extends { readonly caller: string }> {
  readonly #lines = new Map<string, Item[]>();
  size = 0;

  add(item: Item): void {
    const line = this.#lines.get(item.caller);
    if (line === undefined) this.#lines.set(item.caller, [item]);
    else line.push(item);
    this.size++;
  }

  /** Takes out the one whose turn it is. */
  next(): Item | undefined {
    for (const [caller, line] of this.#lines) {
      const item = line.shift();
      this.#lines.delete(caller);
      // The caller's next turn is behind all others.
      if (line.length > 0) this.#lines.set(caller, line);
      this.size--;
      return item;
    }
    return undefined;
  }

  /** False: it was not in it. */
  remove(item: Item): boolean {
    const line = this.#lines.get(item.caller);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return false;
    line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(item.caller);
    this.size--;
    return true;
  }

  /** Takes out whoever came last of the caller who has most, where that is more than this one would have with one more. */
  displace(caller: string): Item | undefined {
    let longest: Item[] = [];
    for (const line of this.#lines.values()) if (line.length > longest.length) longest = line;
    const last = longest.at(-1);
    if (last === undefined || longest.length <= (this.#lines.get(caller)?.length ?? 0) + 1) return undefined;
    this.remove(last);
    return last;
  }
}
