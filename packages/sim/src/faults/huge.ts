import { gzipSync } from 'node:zlib';
import type { Step } from '../wire/frame.ts';

const HOLE = 'POSTERN_SIM_HOLE';
const BLOCK = 1_000_000;
const WRITE = 65_536;

/** Stands in a text where the filling goes. */
export const holeTokens: readonly string[] = [HOLE];

/**
 * The same text with `size` letters in the place of the hole, as writes that are made while they are played: at no time is it in memory. A format that
 * says lengths and checksums says those of the text with its hole.
 */
export function* filled(text: Buffer, size: number): Generator<Step> {
  const [before, after] = split(text);
  yield step(before);
  const block = Buffer.alloc(WRITE, 'a');
  for (let left = size - before.length - after.length; left > 0; left -= WRITE)
    yield step(block.subarray(0, Math.min(left, WRITE)));
  yield { ...step(after), tokens: 1 };
}

/**
 * {@link filled}, gzipped. A gzip file may have many members one after another, which unpack to one text (RFC 1952 §2.2),
 * so a block is packed once and written many times.
 */
export function* filledAndPacked(text: Buffer, size: number): Generator<Step> {
  const [before, after] = split(text);
  yield step(gzipSync(before));
  const block = gzipSync(Buffer.alloc(BLOCK, 'a'), { level: 9 });
  for (let left = size; left > 0; left -= BLOCK) yield step(left >= BLOCK ? block : gzipSync(Buffer.alloc(left, 'a')));
  yield { ...step(gzipSync(after)), tokens: 1 };
}

function split(text: Buffer): [Buffer, Buffer] {
  const at = text.indexOf(HOLE);
  return [text.subarray(0, at), text.subarray(at + HOLE.length)];
}

function step(bytes: Buffer): Step {
  return { delay: 0, bytes, tokens: 0 };
}
