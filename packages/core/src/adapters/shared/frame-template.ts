import type { Frame } from '../../transport/frame.ts';

/**
 * The frames of one stream mostly differ in one JSON string alone: the piece of text. Once one such frame was read in full, the next ones are
 * known by comparing what stands before and behind the string, at a fraction of the cost of reading them.
 */
export class FrameTemplate {
  #before: Uint8Array = NOTHING;
  #behind: Uint8Array = NOTHING;

  /** From a frame that was read: it holds one string that varies, whose inside is `[from, to)` of the frame's array. */
  learn({ bytes, start, end }: Frame, from: number, to: number): void {
    this.#before = bytes.slice(start, from);
    this.#behind = bytes.slice(to, end);
  }

  /** Characters (UTF-16 pairs count once) of the string of a frame of this shape, or -1 when it is of another: then it must be read. */
  match({ bytes, start, end }: Frame): number {
    const before = this.#before;
    const behind = this.#behind;
    const from = start + before.length;
    const to = end - behind.length;
    // Equal shapes are common and unequal ones differ at the end as a rule (a finish reason), so the end is looked at first.
    if (before.length === 0 || to < from || !standsAt(behind, bytes, to) || !standsAt(before, bytes, start)) return -1;
    return insideLength(bytes, from, to);
  }
}

const NOTHING = new Uint8Array(0);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SMALL_U = 0x75;
const SPACE = 0x20;

function standsAt(part: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < part.length; index++) if (bytes[at + index] !== part[index]) return false;
  return true;
}

/** Length of the inside of a JSON string, or -1 when it is none (it would end early, or holds a control character). */
function insideLength(bytes: Uint8Array, from: number, to: number): number {
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE || byte < SPACE) return -1;
    if (byte === BACKSLASH) {
      at += bytes[at + 1] === SMALL_U ? 5 : 1;
      if (at >= to) return -1;
    }
    if ((byte & 0xc0) !== 0x80) length++;
  }
  return length;
}
