const SMALL_U = 0x75;
/** What stands behind a backslash in JSON, `u` apart. Source: https://www.rfc-editor.org/rfc/rfc8259#section-7 */
const SIMPLE: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));

/** Bytes of the escape that begins with the backslash at `at`; 0 when JSON has no such escape, or it isn't whole. */
export function escapeLength(bytes: Uint8Array, at: number): number {
  const kind = bytes[at + 1] ?? 0;
  if (kind !== SMALL_U) return SIMPLE.has(kind) ? 2 : 0;
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(bytes[digit] ?? 0)) return 0;
  return 6;
}

function isHex(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
