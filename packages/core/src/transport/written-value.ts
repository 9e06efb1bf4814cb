/**
 * A value as JSON would write it down, as far as absence goes: members that are undefined, a function or a symbol are not there, and in a list they are
 * null. What loses nothing is not copied. The value's depth has been checked, see {@link guardDepth}.
 */
export function writtenValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Array.isArray(value) ? writtenList(value) : writtenObject(value);
}

function writtenList(list: readonly unknown[]): unknown {
  const written = list.map((item) => (isAbsent(item) ? null : writtenValue(item)));
  return written.every((item, index) => item === list[index]) ? list : written;
}

function writtenObject(object: object): unknown {
  const entries = Object.entries(object);
  const written: [string, unknown][] = [];
  let same = true;
  for (const [key, member] of entries) {
    const value = isAbsent(member) ? undefined : writtenValue(member);
    same &&= value === member && value !== undefined;
    if (value !== undefined) written.push([key, value]);
  }
  return same ? object : Object.fromEntries(written);
}

const isAbsent = (value: unknown): boolean =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol';
