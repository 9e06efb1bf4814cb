import { randomFillSync } from 'node:crypto';

const BLOCK = 4096;
const block = Buffer.alloc(BLOCK);
let used = BLOCK;

/**
 * An unguessable lower-case hexadecimal string of `bytes` random bytes. Random bytes are drawn a block at a time, because a draw costs far more than
 * an id; given bytes are wiped.
 *
 * @param bytes at most 4,096
 */
export function randomId(bytes: number): string {
  if (used + bytes > BLOCK) {
    randomFillSync(block);
    used = 0;
  }
  const id = block.toString('hex', used, used + bytes);
  block.fill(0, used, used + bytes);
  used += bytes;
  return id;
}
