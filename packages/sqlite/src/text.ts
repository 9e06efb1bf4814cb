/** What a C string or UTF-8 can't carry: NUL (the driver cuts what it reads there) and halves of surrogate pairs; and what marks an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what this looks for
const SPECIAL = /[\u0000\\\ud800-\udfff]/;

/** A text as it is kept in a column: any string of JavaScript comes back as it was. Equal texts stay equal. */
export const toColumn = (text: string): string => (SPECIAL.test(text) ? escaped(text) : text);

/** The text that {@link toColumn} wrote. */
export const fromColumn = (column: string): string =>
  column.includes('\\') ? JSON.parse(`"${column.replaceAll('"', '\\"')}"`) : column;

/** JSON's escapes, but for the quotation mark, which needs none here. */
const escaped = (text: string): string =>
  text
    .split('"')
    .map((part) => JSON.stringify(part).slice(1, -1))
    .join('"');
