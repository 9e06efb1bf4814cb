import { UpstreamError } from '../kit/errors.ts';
import type { Frame, FrameReader, FrameSettings } from './frame.ts';
import { join } from './read-all.ts';

const LF = 0x0a;
const nothing = new Uint8Array(0);
const utf8 = new TextDecoder();

/**
 * A reader of newline-delimited JSON: a frame is a line with its end. Lines are cut on bytes, so that UTF-8 may be split anywhere; a blank line is a
 * frame without data.
 * Source: https://github.com/ndjson/ndjson-spec
 *
 * @throws UpstreamError `upstream_invalid_response`, while frames are read, when a line is larger than the cap
 */
export function createNdjsonReader({ maxEventBytes }: FrameSettings): FrameReader {
  return new LineReader(maxEventBytes);
}

class LineReader implements FrameReader {
  readonly #cap: number;
  /** The beginning of a line that is not complete yet, in the pieces it came in, and their bytes. */
  #held: Uint8Array[] = [];
  #size = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  *push(bytes: Uint8Array): Iterable<Frame> {
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      const line = this.#line(bytes, start, end + 1);
      start = end + 1;
      yield line;
    }
    if (start < bytes.length) this.#hold(start === 0 ? bytes : bytes.subarray(start));
  }

  end(): Iterable<Frame> {
    return this.#size === 0 ? [] : [this.#line(nothing, 0, 0)];
  }

  #line(bytes: Uint8Array, start: number, end: number): Frame {
    if (this.#size === 0) {
      this.#guard(end - start);
      return new NdjsonFrame(bytes, start, end);
    }
    this.#hold(bytes.subarray(start, end));
    const whole = join(this.#held, this.#size);
    this.#held = [];
    this.#size = 0;
    return new NdjsonFrame(whole, 0, whole.length);
  }

  #hold(piece: Uint8Array): void {
    this.#size += piece.length;
    this.#guard(this.#size);
    this.#held.push(piece);
  }

  #guard(size: number): void {
    if (size > this.#cap)
      throw new UpstreamError('upstream_invalid_response', `The provider sent a line larger than ${this.#cap} bytes.`, {
        shouldRetry: false,
      });
  }
}

/** A line as a {@link Frame}: all of it is data, but for the blanks around it. */
class NdjsonFrame implements Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly event = undefined;
  readonly characters = 0;
  #data: string | undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get raw(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  get unclosed(): boolean {
    return this.bytes[this.end - 1] !== LF;
  }

  get data(): string | undefined {
    this.#data ??= utf8.decode(this.raw).trim();
    return this.#data === '' ? undefined : this.#data;
  }
}
