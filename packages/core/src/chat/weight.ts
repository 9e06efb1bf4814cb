/**
 * How much text is, in quarters of a token, without a tokeniser: an ASCII character weighs 1, since 4 of them make a token in prose. Others by their
 * script, as their UTF-8 lead byte tells it, so that bytes and characters weigh the same. Measured with o200k_base on prose (tokens per character beyond
 * ASCII): Han 0.83 to 0.96, kana 0.80, Hangul 0.76, Cyrillic 0.30, Greek 0.42, Hebrew 0.39, Arabic 0.35, Devanagari 0.37, Thai 0.40, emoji 1.5 a
 * character. A letter with an accent costs more than itself, as it splits its word. So that prose of the big scripts is at most 10 % below that
 * tokeniser, most of it above; older ones (cl100k_base) make up to twice as many tokens of what is not Latin, and JSON and digits make 1.5 times as many.
 */

/** By the lead byte of a character in UTF-8; bytes that continue one weigh nothing. */
export const WEIGHTS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return 1;
  if (byte < 0xc0) return 0;
  if (byte < 0xcd) return 5;
  if (byte < 0xe0) return 2;
  if (byte < 0xe2) return 3;
  return byte < 0xf0 ? 4 : 8;
});

/** The same of a UTF-16 unit; half of a pair weighs half. */
function weightOfUnit(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x340) return 5;
  if (unit < 0x800) return 2;
  return unit < 0x2000 ? 3 : 4;
}

/** The weight of a text. */
export function weightOf(text: string): number {
  let weight = 0;
  for (let at = 0; at < text.length; at++) weight += weightOfUnit(text.charCodeAt(at));
  return weight;
}

/** The weight of text in UTF-8. */
export function weightOfBytes(bytes: Uint8Array): number {
  let weight = 0;
  for (let at = 0; at < bytes.length; at++) weight += WEIGHTS[bytes[at] as number] as number;
  return weight;
}

const SMALL_U = 0x75;

/** The weight of what the JSON escape stands for whose backslash is at `at`. Nothing is checked. */
export function weightOfEscape(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== SMALL_U) return 1;
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    const byte = bytes[digit] ?? 0;
    unit = (unit << 4) | ((byte & 0xf) + (byte >> 6) * 9);
  }
  return weightOfUnit(unit);
}
