import { Recent } from '../kit/recent.ts';

/** Requests that are remembered at least. */
const REMEMBERED = 10_000;

/** What a request was served by. */
export interface Served {
  readonly caller: string;
  /** As it was asked for, and the alias and deployment that answered. */
  readonly model: string;
  readonly alias: string;
  readonly deployment: string;
  /** What kind of request a policy took it for, where it asked for one. */
  readonly task?: string;
}

/** The requests that feedback may be about: the latest that somebody answered. */
export class Answered {
  readonly #known = new Recent<string, { readonly served: Served; told: boolean }>(REMEMBERED);

  note(id: string, served: Served): void {
    this.#known.set(id, { served, told: false });
  }

  find(id: string): Served | undefined {
    return this.#known.get(id)?.served;
  }

  /** Is this the first feedback about it? Only that counts. */
  isFirst(id: string): boolean {
    const known = this.#known.get(id);
    if (known === undefined || known.told) return false;
    known.told = true;
    return true;
  }
}
