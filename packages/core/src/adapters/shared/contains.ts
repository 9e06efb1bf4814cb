/** Do the bytes at this place begin with `pattern`? */
export function startsWith(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  for (let index = 0; index < pattern.length; index++) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/**
 * Does the text hold any of the marks? `rare`: pieces of at most six characters, of which each mark holds one. V8 looks for so short a text by its first
 * character, at memory speed, and for a longer one every few characters; so the marks themselves are looked for only behind a piece.
 */
export function holdsAny(text: string, marks: readonly string[], rare: readonly string[]): boolean {
  return rare.some((piece) => text.includes(piece)) && marks.some((mark) => text.includes(mark));
}
