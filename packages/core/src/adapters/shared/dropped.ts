import type { ChatRequest } from '../../chat/request.ts';

/** Names of what could not be expressed, each once, in the order in which it was met. */
export class Dropped {
  readonly #names = new Set<string>();

  add(name: string): void {
    this.#names.add(name);
  }

  get list(): string[] {
    return [...this.#names];
  }
}

/** Reports the fields of other wire formats that a request brought along and this format has no name for. */
export function reportForeignExtensions(request: ChatRequest, format: string, dropped: Dropped): void {
  if (request.extensions === undefined) return;
  for (const [from, fields] of Object.entries(request.extensions)) {
    if (from === format) continue;
    for (const name of Object.keys(fields)) dropped.add(name);
  }
}
