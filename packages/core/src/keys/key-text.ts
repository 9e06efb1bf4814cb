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
  const bytes = bytesOf(id + secret);
  if (bytes === undefined || bytes.length !== ID_BYTES + SECRET_BYTES)
    throw new TypeError('A key is made of 8 bytes of id and 32 of secret, in lower-case hexadecimal.');
  const checksum = crc32(bytes, 0, bytes.length).toString(16).padStart(8, '0');
  return { id, key: `${PREFIX}${id}_${secret}${checksum}`, hash: secretHash(bytes.subarray(ID_BYTES)) };
}

/** What stands in a text that is a key by its form and its checksum; undefined for any other. Says nothing of whether there is such a key. */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length !== LENGTH || !text.startsWith(PREFIX) || text[ID_END] !== '_') return undefined;
  const id = text.slice(PREFIX.length, ID_END);
  const bytes = bytesOf(id + text.slice(ID_END + 1));
  if (bytes === undefined) return undefined;
  const end = ID_BYTES + SECRET_BYTES;
  let checksum = 0;
  for (let at = end; at < bytes.length; at++) checksum = checksum * 256 + (bytes[at] ?? 0);
  return crc32(bytes, 0, end) === checksum ? { id, secret: bytes.subarray(ID_BYTES, end) } : undefined;
}

/** SHA-256 of a secret, as lower-case hexadecimal: all that is stored of it. It is random, so that nothing slower is needed. */
export const secretHash = (secret: Uint8Array): string => sha256(secret);

const DIGITS = '0123456789abcdef';
const NO_DIGIT = 16;
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(String.fromCharCode(code));
  return value < 0 ? NO_DIGIT : value;
});

function bytesOf(hex: string): Uint8Array | undefined {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < bytes.length; at++) {
    const high = VALUES[hex.charCodeAt(2 * at)] ?? NO_DIGIT;
    const low = VALUES[hex.charCodeAt(2 * at + 1)] ?? NO_DIGIT;
    if (high === NO_DIGIT || low === NO_DIGIT) return undefined;
    bytes[at] = high * 16 + low;
  }
  return hex.length % 2 === 0 ? bytes : undefined;
}
