const BLOCK = 4096;
const block = new Uint8Array(BLOCK);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
let used = BLOCK;

/** An unguessable lower-case hexadecimal string of `bytes` (at most 4,096) random bytes, drawn a block at a time and wiped when given. */
export function randomId(bytes: number): string {
  if (used + bytes > BLOCK) {
    crypto.getRandomValues(block);
    used = 0;
  }
  let id = '';
  for (const byte of block.subarray(used, used + bytes)) id += HEX[byte];
  block.fill(0, used, used + bytes);
  used += bytes;
  return id;
}
