/** What was thrown, as text for a log. Anything can be thrown, also what has no text: this never throws. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  } catch {
    return `a thrown ${typeof thrown} that has no text`;
  }
}
