/** What a provider allows as the name of a tool. */
export interface NameRule {
  /** The whole name's beginning; absent: any allowed character may come first. */
  readonly first?: RegExp;
  /** One allowed character. */
  readonly character: RegExp;
  /** In UTF-16 units. */
  readonly maxLength: number;
}

/** Names as they go to a provider, and back. A name that the rule allows is never changed. */
export interface Names {
  /** The name to send for one of the client's. Always the same answer for the same name; two names never share one. */
  wire(name: string): string;
  /** The client's name for one that the provider uses. */
  original(name: string): string;
}

function allowed(name: string, rule: NameRule): boolean {
  if (name === '' || name.length > rule.maxLength || (rule.first !== undefined && !rule.first.test(name))) return false;
  for (const character of name) if (!rule.character.test(character)) return false;
  return true;
}

function fitted(name: string, rule: NameRule): string {
  let text = '';
  for (const character of name) text += rule.character.test(character) ? character : '_';
  if (text === '' || (rule.first !== undefined && !rule.first.test(text))) text = `_${text}`;
  return text.slice(0, rule.maxLength);
}

function unique(base: string, taken: { has(name: string): boolean }, rule: NameRule): string {
  let candidate = base;
  for (let count = 2; taken.has(candidate); count += 1) {
    const suffix = `_${count}`;
    candidate = base.slice(0, rule.maxLength - suffix.length) + suffix;
  }
  return candidate;
}

/** Names for the tools `declared`; a name that turns up only later (in the history) is fitted then. */
export function createNames(declared: readonly string[], rule: NameRule): Names {
  return new FittedNames(declared, rule);
}

/** Most requests name nothing, so the tables are made when the first name comes. */
class FittedNames implements Names {
  readonly #rule: NameRule;
  #sent: Map<string, string> | undefined;
  #originals: Map<string, string> | undefined;

  constructor(declared: readonly string[], rule: NameRule) {
    this.#rule = rule;
    // The allowed ones first: they are never changed, whatever the others are fitted to.
    for (const name of declared) if (allowed(name, rule)) this.#add(name, name);
    for (const name of declared) this.wire(name);
  }

  wire(name: string): string {
    return this.#sent?.get(name) ?? this.#add(name, this.#fitted(name));
  }

  original(name: string): string {
    return this.#originals?.get(name) ?? name;
  }

  #fitted(name: string): string {
    const base = allowed(name, this.#rule) ? name : fitted(name, this.#rule);
    return this.#originals === undefined ? base : unique(base, this.#originals, this.#rule);
  }

  #add(name: string, sent: string): string {
    this.#sent ??= new Map();
    this.#originals ??= new Map();
    this.#sent.set(name, sent);
    this.#originals.set(sent, name);
    return sent;
  }
}
