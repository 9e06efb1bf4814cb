import { WEIGHTS, weightOfEscape } from '../../chat/weight.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Run, Shape } from '../../transport/shape.ts';
import { escapeLength } from './escape-length.ts';
import { Pattern, viewOf } from './pattern.ts';

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The inside of a string that differs from frame to frame, as a range of the frame's array. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  /** Its characters count; those of mere padding don't. */
  readonly content: boolean;
}

/**
 * The frames of one stream mostly differ in one JSON string alone, the piece of text, or in another one that only pads it. Once one such frame was read
 * in full, the next ones are known by comparing what stands around the strings, at a fraction of the cost of reading them.
 */
export class FrameTemplate implements Shape {
  /** What stands before, between and behind the holes. */
  #parts: readonly Pattern[] = [];
  /** Which hole is the content. */
  #content = 0;
  /** The weight of the content of the frames that were found last, and of the last string. */
  #found = 0;
  #weight = 0;

  /** From a frame that was read, with its holes in their order. One with several texts is too rare to be worth it, one cut off by the stream's end no frame. */
  learn({ bytes, start, end }: Frame, holes: readonly Hole[]): void {
    if (bytes[end - 1] !== LF || holes.filter(({ content }) => content).length !== 1) return;
    this.#content = holes.findIndex(({ content }) => content);
    this.#parts = [...holes, { from: end }].map(
      ({ from }, index) => new Pattern(bytes.subarray(holes[index - 1]?.to ?? start, from)),
    );
  }

  run(bytes: Uint8Array, from: number): Run | undefined {
    if (this.#parts.length === 0) return undefined;
    this.#found = 0;
    const view = viewOf(bytes);
    let end = from;
    for (let next = this.#frame(bytes, view, from); next > 0; next = this.#frame(bytes, view, end)) end = next;
    return end === from ? undefined : { end, characters: this.#found };
  }

  /** Where the frame of this shape ends that begins here; 0 when none does. */
  #frame(bytes: Uint8Array, view: DataView, start: number): number {
    const parts = this.#parts;
    const last = parts.length - 1;
    let at = start;
    let found = 0;
    for (let index = 0; ; index++) {
      const part = parts[index];
      if (part === undefined || !part.standsAt(view, at)) return 0;
      at += part.length;
      if (index === last) break;
      at = this.#string(bytes, at);
      if (at === 0) return 0;
      if (index === this.#content) found = this.#weight;
    }
    // An empty text is for whoever reads frames in full: it may mean something.
    if (found === 0) return 0;
    this.#found += found;
    return at;
  }

  /** Where the closing quote stands of the string whose inside begins here, and its `#weight`; 0 when it isn't whole or no string. */
  #string(bytes: Uint8Array, from: number): number {
    let weight = 0;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.#weight = weight;
        return at;
      }
      if (byte < SPACE) return 0;
      if (byte === BACKSLASH) {
        weight += weightOfEscape(bytes, at);
        const escaped = escapeLength(bytes, at);
        if (escaped === 0) return 0;
        at += escaped - 1;
      } else weight += WEIGHTS[byte] as number;
    }
    return 0;
  }
}
