/** A value of a cell. Undefined: nothing, an empty cell. */
export type Cell = string | number | bigint | boolean | undefined;

/** A line of CSV as RFC 4180 has it (https://www.rfc-editor.org/rfc/rfc4180), its line break included. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/**
 * What begins with one of these is a formula to a spreadsheet, also behind white space; an apostrophe in front makes it text
 * (https://owasp.org/www-community/attacks/CSV_Injection). Only texts can: numbers are written here.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORMULA = /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

function cellOf(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
