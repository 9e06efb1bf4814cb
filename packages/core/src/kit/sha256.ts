const BLOCK = 64;
const ROUNDS = 64;

/** The 32 bits behind the point of a root: where the constants of the hash come from. A double holds more of them than are taken. */
const fraction = (root: number): number => ((root % 1) * 2 ** 32) | 0;

function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++)
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  return found;
}

const CONSTANTS = Int32Array.from(primes(ROUNDS), (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Used by one call after another, and wiped by each: nothing here waits. */
const words = new Int32Array(ROUNDS);
const state = new Int32Array(8);
const block = new Uint8Array(BLOCK);

/**
 * SHA-256 as lower-case hexadecimal, at once and on every runtime: what WebCrypto gives is a promise, which costs more than the hash of something
 * short. For keys, not for bodies. Nothing here branches on what is hashed. (`| 0` keeps the numbers 32 bits wide, which is what makes it fast.)
 * Source: https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 */
export function sha256(bytes: Uint8Array): string {
  hash(bytes);
  let hex = '';
  for (let at = 0; at < 8; at++) hex += hexOf(word(state, at));
  return hex;
}

/** Is this the hash of these bytes? The time that it takes tells nothing of where they differ. `expected` as {@link readSha256} gives it. */
export function hasSha256(bytes: Uint8Array, expected: Int32Array): boolean {
  hash(bytes);
  let difference = 0;
  for (let at = 0; at < 8; at++) difference |= word(state, at) ^ word(expected, at);
  return difference === 0 && expected.length === 8;
}

/** A hash that was written as lower-case hexadecimal, ready to be compared. Throws TypeError for any other text. */
export function readSha256(hex: string): Int32Array {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new TypeError('This is no SHA-256 in lower-case hexadecimal.');
  return Int32Array.from({ length: 8 }, (_, at) => Number.parseInt(hex.slice(8 * at, 8 * at + 8), 16));
}

function hash(bytes: Uint8Array): void {
  const padded = paddedOf(bytes);
  state.set(START);
  for (let at = 0; at < padded.length; at += BLOCK) {
    expand(padded, at);
    mix();
  }
  words.fill(0);
  padded.fill(0);
}

const hexOf = (bits: number): string =>
  `${byteOf(bits >>> 24)}${byteOf(bits >>> 16)}${byteOf(bits >>> 8)}${byteOf(bits)}`;
const byteOf = (bits: number): string => HEX[bits & 0xff] ?? '';
const word = (list: Int32Array | Uint8Array, at: number): number => (list[at] as number) | 0;

/** The message, one bit, zeros, and the length of the message in bits. */
function paddedOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const padded = length + 9 <= BLOCK ? block : new Uint8Array(Math.ceil((length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[length] = 0x80;
  const end = padded.length;
  for (let at = 1, rest = length * 8; rest > 0; at++, rest = Math.floor(rest / 256)) padded[end - at] = rest % 256;
  return padded;
}

const turned = (bits: number, by: number): number => (bits >>> by) | (bits << (32 - by));

function expand(block: Uint8Array, start: number): void {
  for (let at = 0, from = start; at < 16; at++, from += 4)
    words[at] =
      (word(block, from) << 24) | (word(block, from + 1) << 16) | (word(block, from + 2) << 8) | word(block, from + 3);
  for (let at = 16; at < ROUNDS; at++) {
    const early = word(words, at - 15);
    const late = word(words, at - 2);
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = word(words, at - 16) + small + word(words, at - 7) + large;
  }
}

function mix(): void {
  let a = word(state, 0);
  let b = word(state, 1);
  let c = word(state, 2);
  let d = word(state, 3);
  let e = word(state, 4);
  let f = word(state, 5);
  let g = word(state, 6);
  let h = word(state, 7);
  for (let at = 0; at < ROUNDS; at++) {
    const turns = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + turns + ((e & f) ^ (~e & g)) + word(CONSTANTS, at) + word(words, at)) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  add(0, a);
  add(1, b);
  add(2, c);
  add(3, d);
  add(4, e);
  add(5, f);
  add(6, g);
  add(7, h);
}

function add(at: number, bits: number): void {
  state[at] = word(state, at) + bits;
}
