/**
 * The value of a header in undici's raw list (name, value, name, value …); several values joined by `, `.
 *
 * @param name in lower case
 */
export function headerOf(raw: readonly Buffer[], name: string): string | undefined {
  let value: string | undefined;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const field = raw[at];
    const text = raw[at + 1];
    if (field === undefined || text === undefined || field.length !== name.length) continue;
    if (field.toString('latin1').toLowerCase() !== name) continue;
    value = value === undefined ? text.toString('latin1') : `${value}, ${text.toString('latin1')}`;
  }
  return value;
}
