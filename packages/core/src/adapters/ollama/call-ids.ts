/** Matches the calls and results of a conversation, where ids are optional. */
export class CallMatcher {
  readonly #open: { readonly callId: string; readonly name: string }[] = [];
  #count = 0;

  /** The id of a call: its own, else one that is the same for the same history. */
  call(id: string | undefined, name: string): string {
    const callId = id ?? `call_${this.#count}_${name}`;
    this.#count += 1;
    this.#open.push({ callId, name });
    return callId;
  }

  /** The call that a result answers: the one of its id, else the oldest open one of its name, else the oldest. A result of no call keeps a name of its own. */
  result(id: string | undefined, name: string | undefined): { callId: string; name: string | undefined } {
    const at = this.#place(id, name);
    const found = at < 0 ? undefined : this.#open.splice(at, 1)[0];
    return { callId: id ?? found?.callId ?? `call_${this.#count}_${name ?? ''}`, name: name ?? found?.name };
  }

  #place(id: string | undefined, name: string | undefined): number {
    if (id !== undefined) return this.#open.findIndex(({ callId }) => callId === id);
    return name === undefined ? 0 : this.#open.findIndex((call) => call.name === name);
  }
}
