const TOKEN = /\s*[\p{L}\p{N}]{1,6}|\s*[^\s\p{L}\p{N}]|\s+$/gu;

/** A text in the sim's own tokens: up to six letters or digits, or one other character, each with the blanks before it. Joined they give the text. */
export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** How many of the sim's tokens a text has. */
export function countTokens(text: string): number {
  return tokenize(text).length;
}

/** Tokens of any JSON value, as the vendors count tool definitions too. */
export function countJsonTokens(value: unknown): number {
  return value === undefined ? 0 : countTokens(JSON.stringify(value));
}

/** What one write of a stream carries: some text and how many tokens it is. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/** Tokens put together by `size`, as providers do that send several tokens per event. */
export function pieces(tokens: readonly string[], size: number): Piece[] {
  const result: Piece[] = [];
  for (let at = 0; at < tokens.length; at += size) {
    const some = tokens.slice(at, at + size);
    result.push({ text: some.join(''), tokens: some.length });
  }
  return result;
}
