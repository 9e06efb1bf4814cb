import type { RandomId } from '../kit/id.ts';
import { sha256 } from '../kit/sha256.ts';
import { crc32 } from '../transport/crc32.ts';

/**
 * The text of a virtual key: `psk_<id>_<secret><checksum>`, all lower-case hexadecimal: 8 bytes of id, 32 of secret, and the CRC-32 of both. The prefix
 * is known to scanners of leaked secrets by its form; the checksum tells a typo, and most of what is no key at all, without looking anything up.
 */
const PREFIX = 'psk_';
const ID_BYTES = 8;
const SECRET_BYTES = 32;
const CHECKSUM_BYTES = 4;
const ID_END = PREFIX.length + 2 * ID_BYTES;
const LENGTH = ID_END + 1 + 2 * (SECRET_BYTES + CHECKSUM_BYTES);

/** A key that was just made. */
export interface MadeKey {
  readonly id: string;
  /** Shown to its owner once, and kept nowhere. */
  readonly key: string;
  /** What is stored of the secret: see {@link secretHash}. */
  readonly hash: string;
}

/** What stands in the text of a key. */
export interface ParsedKey {
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * A new key.
 *
 * @param randomId so many unguessable random bytes as lower-case hexadecimal, as a Platform gives them
 * @param id of the key that gets another secret; default: a new one
 */
export function makeKey(randomId: RandomId, id: string = randomId(ID_BYTES)): MadeKey {
  const secret = randomId(SECRET_BYTES);
  const bytes = new Uint8Array(ID_BYTES + SECRET_BYTES);
  const fits = id.length === 2 * ID_BYTES && secret.length === 2 * SECRET_BYTES;
  if (!fits || !readHex(id, 0, bytes, 0, ID_BYTES) || !readHex(secret, 0, bytes, ID_BYTES, SECRET_BYTES))
    throw new TypeError('A key is made of 8 bytes of id and 32 of secret, in lower-case hexadecimal.');
  const checksum = crc32(bytes, 0, bytes.length)
    .toString(16)
    .padStart(2 * CHECKSUM_BYTES, '0');
  return { id, key: `${PREFIX}${id}_${secret}${checksum}`, hash: secretHash(bytes.subarray(ID_BYTES)) };
}

/** What stands in a text that is a key by its form and its checksum; undefined for any other. Says nothing of whether there is such a key. */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length !== LENGTH || !text.startsWith(PREFIX) || text[ID_END] !== '_') return undefined;
  const end = ID_BYTES + SECRET_BYTES;
  const bytes = new Uint8Array(end + CHECKSUM_BYTES);
  if (!readHex(text, PREFIX.length, bytes, 0, ID_BYTES)) return undefined;
  if (!readHex(text, ID_END + 1, bytes, ID_BYTES, SECRET_BYTES + CHECKSUM_BYTES)) return undefined;
  let checksum = 0;
  for (let at = end; at < bytes.length; at++) checksum = checksum * 256 + (bytes[at] ?? 0);
  if (crc32(bytes, 0, end) !== checksum) return undefined;
  // A copy: a second view of so small an array costs more than the hash.
  return { id: text.slice(PREFIX.length, ID_END), secret: bytes.slice(ID_BYTES, end) };
}

/** SHA-256 of a secret, as lower-case hexadecimal: all that is stored of it. It is random, so that nothing slower is needed. */
export const secretHash = (secret: Uint8Array): string => sha256(secret);

const DIGITS = '0123456789abcdef';
const NO_DIGIT = 0xff;
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(String.fromCharCode(code));
  return value < 0 ? NO_DIGIT : value;
});

/** Reads so many bytes; false when something else than their digits stands there. Looks at all of them, whatever they are. */
function readHex(text: string, from: number, into: Uint8Array, start: number, count: number): boolean {
  let seen = 0;
  for (let at = 0; at < count; at++) {
    const high = VALUES[text.charCodeAt(from + 2 * at)] ?? NO_DIGIT;
    const low = VALUES[text.charCodeAt(from + 2 * at + 1)] ?? NO_DIGIT;
    seen |= high | low;
    into[start + at] = (high << 4) | low;
  }
  return seen < 16;
}
