/** Stands before the four hex digits of a unit that is written by its number. */
const MARK = '\ue01a';

/**
 * Text as PostgreSQL can hold it: `text` takes neither U+0000 nor half of a surrogate pair, and ids may have both. Each of them, and the mark
 * itself (of the private use area), is written as the mark and four hex digits, so that two ids stay two.
 */
export function textOf(raw: string): string {
  return raw.replace(/\ue01a|\p{Surrogate}/gu, numbered).replaceAll('\u0000', `${MARK}0000`);
}

const numbered = (unit: string): string => `${MARK}${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The text that {@link textOf} was given. */
export function rawOf(text: string): string {
  return text.replace(/\ue01a([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
