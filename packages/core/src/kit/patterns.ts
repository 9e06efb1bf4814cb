/** Does a name match one of the patterns? A `*` at the end of a pattern matches any rest. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
}
