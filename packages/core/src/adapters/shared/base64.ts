/** Base64, on what every runtime has: atob, TextEncoder and TextDecoder. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ALPHABET = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;

/** Standard base64 (with padding) of the UTF-8 bytes of `text`. */
export const toBase64 = (text: string): string => bytesToBase64(encoder.encode(text));

/** What newer runtimes have. Source: https://tc39.es/proposal-arraybuffer-base64/ */
type Native = Uint8Array & { toBase64?(): string };

/** Standard base64 (with padding) of bytes. By a table where the runtime has no way of its own: btoa takes a string, which costs 5 to 20 times as much. */
export function bytesToBase64(bytes: Uint8Array): string {
  return (bytes as Native).toBase64?.() ?? decoder.decode(encoded(bytes));
}

function encoded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const left = bytes.length - from;
    const bits = (at(bytes, from) << 16) | (at(bytes, from + 1) << 8) | at(bytes, from + 2);
    out[to] = at(ALPHABET, bits >> 18);
    out[to + 1] = at(ALPHABET, (bits >> 12) & 63);
    if (left > 1) out[to + 2] = at(ALPHABET, (bits >> 6) & 63);
    if (left > 2) out[to + 3] = at(ALPHABET, bits & 63);
  }
  return out;
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;

/** The text whose UTF-8 bytes `base64` holds; padding may be missing. Throws when it is not base64. */
export function fromBase64(base64: string): string {
  return decoder.decode(bytesFromBase64(base64));
}

/** The bytes that `base64` stands for; padding may be missing. Throws when it is not base64. */
export function bytesFromBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** One base64 of the bytes of two: pieces that are padded can't be put together as they are. What is not base64 is. */
export function joinBase64(first: string, second: string): string {
  if (first === '' || second === '' || (first.length % 4 === 0 && !first.endsWith('='))) return first + second;
  try {
    const binary = atob(first) + atob(second);
    return bytesToBase64(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return first + second;
  }
}
