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
  const toWire = new Map<string, string>();
  const toOriginal = new Map<string, string>();
  const add = (name: string, sent: string): string => {
    toWire.set(name, sent);
    toOriginal.set(sent, name);
    return sent;
  };
  for (const name of declared) if (allowed(name, rule)) add(name, name);
  const wire = (name: string): string =>
    toWire.get(name) ?? add(name, unique(allowed(name, rule) ? name : fitted(name, rule), toOriginal, rule));
  for (const name of declared) wire(name);
  return { wire, original: (name) => toOriginal.get(name) ?? name };
}
