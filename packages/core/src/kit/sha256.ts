const BLOCK = 64;
const ROUNDS = 64;

/** Bits behind the point of a root: where the constants of the hash come from. A double holds more of them than are taken. */
const fraction = (root: number): number => (root % 1) * 2 ** 32;

function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++)
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  return found;
}

const CONSTANTS = Uint32Array.from(primes(ROUNDS), (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

/** Used by one call after another, and wiped by each: nothing here waits. */
const words = new Int32Array(ROUNDS);
const state = new Int32Array(8);

/**
 * SHA-256 as lower-case hexadecimal, at once and on every runtime: what WebCrypto gives is a promise, which costs more than the hash of something
 * short. For keys, not for bodies. No step and no index depends on what is hashed.
 * Source: https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 */
export function sha256(bytes: Uint8Array): string {
  const padded = paddedOf(bytes);
  state.set(START);
  for (let at = 0; at < padded.length; at += BLOCK) mix(padded, at);
  words.fill(0);
  padded.fill(0);
  let hex = '';
  for (let at = 0; at < 8; at++) hex += hexOf(state[at] ?? 0);
  return hex;
}

const hexOf = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** The message, one bit, zeros, and the length of the message in bits. */
function paddedOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const padded = new Uint8Array(Math.ceil((length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[length] = 0x80;
  const end = padded.length;
  for (let at = 1, rest = length * 8; rest > 0; at++, rest = Math.floor(rest / 256)) padded[end - at] = rest % 256;
  return padded;
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function expand(block: Uint8Array, start: number): void {
  for (let at = 0; at < 16; at++) {
    const from = start + at * 4;
    words[at] =
      ((block[from] ?? 0) << 24) |
      ((block[from + 1] ?? 0) << 16) |
      ((block[from + 2] ?? 0) << 8) |
      (block[from + 3] ?? 0);
  }
  for (let at = 16; at < ROUNDS; at++) {
    const early = words[at - 15] ?? 0;
    const late = words[at - 2] ?? 0;
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = ((words[at - 16] ?? 0) + small + (words[at - 7] ?? 0) + large) | 0;
  }
}

function mix(block: Uint8Array, start: number): void {
  expand(block, start);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < ROUNDS; at++) {
    const chosen = (e & f) ^ (~e & g);
    const turns = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + turns + chosen + (CONSTANTS[at] ?? 0) + (words[at] ?? 0)) | 0;
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

function add(at: number, word: number): void {
  state[at] = (state[at] ?? 0) + word;
}
