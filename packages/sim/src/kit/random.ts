import { createHash } from 'node:crypto';

/** The SHA-256 of the given parts, which can't run into each other. */
export function digest(...parts: readonly (string | number | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'object' ? part : Buffer.from(String(part));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}

/** A source of uniform numbers in [0, 1) that gives the same run for the same parts (mulberry32). */
export function seededRandom(...parts: readonly (string | number | Uint8Array)[]): () => number {
  let state = digest(...parts).readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` letters and digits that look like a vendor's id. */
export function lettersAndDigits(length: number, ...parts: readonly (string | number | Uint8Array)[]): string {
  const random = seededRandom(...parts);
  let text = '';
  while (text.length < length) text += ALPHABET[Math.floor(random() * ALPHABET.length)];
  return text;
}
