import { record } from './read.ts';

/** A text that is an address: a scheme and `//`, or `//` alone. Data URIs are none. */
const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/** Does any text inside the value, at any depth, pass the test? Members such as `$schema` and `$ref` are names and not looked into. */
export function holdsText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value)) return value.some((item) => holdsText(item, test));
  return Object.entries(record(value) ?? {}).some(([name, member]) => !name.startsWith('$') && holdsText(member, test));
}

/** Does the value hold an address, at any depth? */
export const holdsAddress = (value: unknown): boolean => holdsText(value, (text) => ADDRESS.test(text));
