import { UpstreamError } from '../kit/errors.ts';
import type { Frame, FrameReader, FrameSettings } from './frame.ts';
import type { Shape } from './shape.ts';
import { SseFrame } from './sse-frame.ts';

const LF = 0x0a;
const CR = 0x0d;
const nothing = new Uint8Array(0);
const SMALLEST_HOLD = 1024;

/**
 * A reader of `text/event-stream`. Lines may end in LF, CR or CRLF; events are cut on bytes, so that UTF-8 may be split anywhere. Each byte of the
 * stream is in exactly one frame; comments and stray blank lines make frames without data. Behind a CR the next byte is awaited, as it may be the
 * LF of the same line end.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 *
 * @throws UpstreamError `upstream_invalid_response`, while frames are read, when an event is larger than the cap
 */
export function createSseReader(settings: FrameSettings): FrameReader {
  return new ByteReader(settings);
}

/** Offsets within a pushed chunk may be negative: they lie in what is held of the event from earlier chunks. */
class ByteReader implements FrameReader, IterableIterator<Frame> {
  readonly #cap: number;
  readonly #shape: Shape | undefined;
  /** The chunk at hand, and where its next frame begins. */
  #bytes: Uint8Array = nothing;
  #start = 0;
  /** Its lines all end in LF or CRLF. */
  #plain = true;
  /** `#held[0 … #size)` are the first bytes of an event that is not complete yet. */
  #held: Uint8Array = nothing;
  #size = 0;
  /** Where the current line begins in the chunk at hand. */
  #line = 0;
  /** A CR ended the last line: an LF that follows belongs to it. */
  #afterCr = false;
  /** That line was empty, so the event is over, up to that LF. */
  #blank = false;

  constructor({ maxEventBytes, shape }: FrameSettings) {
    this.#cap = maxEventBytes;
    this.#shape = shape;
  }

  [Symbol.iterator](): this {
    return this;
  }

  push(bytes: Uint8Array): Iterable<Frame> {
    this.#bytes = bytes;
    this.#start = 0;
    this.#plain = !this.#afterCr && everyLineEndsInLf(bytes);
    return this;
  }

  next(): IteratorResult<Frame, undefined> {
    const frame = this.#known() ?? this.#cut();
    if (frame !== undefined) return { done: false, value: frame };
    this.#keepRest();
    return { done: true, value: undefined };
  }

  end(): Iterable<Frame> {
    if (this.#size === 0) return [];
    return [new SseFrame(this.#held, 0, this.#size, !this.#blank)];
  }

  /** Frames that need not be cut, as far as they go together. */
  #known(): Frame | undefined {
    if (this.#size > 0 || this.#shape === undefined) return undefined;
    const start = this.#start;
    const run = this.#shape.run(this.#bytes, start);
    if (run === undefined || run.end - start > this.#cap) return undefined;
    this.#start = run.end;
    this.#line = run.end;
    return new SseFrame(this.#bytes, start, run.end, false, run.characters);
  }

  #cut(): Frame | undefined {
    const bytes = this.#bytes;
    const start = this.#start;
    const end = this.#plain ? this.#nextLf(bytes, start) : this.#next(bytes, start);
    if (end === -1) return undefined;
    this.#guard(this.#size + end - start);
    this.#start = end;
    return this.#take(bytes, start, end);
  }

  #keepRest(): void {
    const bytes = this.#bytes;
    if (this.#start < bytes.length) this.#hold(bytes, this.#start, bytes.length);
    this.#line -= bytes.length;
    this.#bytes = nothing;
    this.#start = 0;
  }

  /** Behind the end of the event, in a chunk whose lines all end in LF or CRLF; -1 when it does not end here. */
  #nextLf(bytes: Uint8Array, start: number): number {
    let line = this.#line;
    let from = start;
    for (;;) {
      const blank = line < 0 ? 0 : blankLine(bytes, line);
      if (blank > 0) {
        this.#line = line + blank;
        return this.#line;
      }
      const end = bytes.indexOf(LF, from);
      if (end === -1) break;
      line = end + 1;
      from = line;
    }
    this.#line = line;
    return -1;
  }

  /** The same with any line ends, CR alone included. */
  #next(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length) {
      if (this.#afterCr) {
        if (bytes[at] === LF) at++;
        this.#afterCr = false;
        this.#line = at;
        if (!this.#blank) continue;
        this.#blank = false;
        return at;
      }
      at = lineEnd(bytes, at);
      if (at === bytes.length) break;
      const blank = at === this.#line;
      if (bytes[at++] === CR) {
        this.#afterCr = true;
        this.#blank = blank;
      } else {
        this.#line = at;
        if (blank) return at;
      }
    }
    return -1;
  }

  #take(bytes: Uint8Array, start: number, end: number): Frame {
    if (this.#size === 0) return new SseFrame(bytes, start, end, false);
    this.#hold(bytes, start, end);
    const frame = new SseFrame(this.#held, 0, this.#size, false);
    // The frame is a view into it, so it is never written again.
    this.#held = nothing;
    this.#size = 0;
    return frame;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const size = this.#size + end - start;
    this.#guard(size);
    if (size > this.#held.length) {
      const larger = new Uint8Array(Math.max(SMALLEST_HOLD, size + this.#size));
      larger.set(this.#held.subarray(0, this.#size));
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(start, end), this.#size);
    this.#size = size;
  }

  #guard(size: number): void {
    if (size > this.#cap)
      throw new UpstreamError(
        'upstream_invalid_response',
        `The provider sent an event larger than ${this.#cap} bytes.`,
        { shouldRetry: false },
      );
  }
}

function everyLineEndsInLf(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) return false;
  return true;
}

/** How many bytes the line takes, if it is empty and complete; else 0. */
function blankLine(bytes: Uint8Array, line: number): number {
  const byte = bytes[line];
  if (byte === LF) return 1;
  return byte === CR && bytes[line + 1] === LF ? 2 : 0;
}

/** The next CR or LF, or the length. */
function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte <= CR && (byte === CR || byte === LF)) break;
    at++;
  }
  return at;
}

/** An event as bytes on the wire: `data` with line breaks becomes several `data:` lines. */
export function sseEvent(event: string | undefined, data: string): string {
  const lines = data.includes('\n') || data.includes('\r') ? data.replace(/\r\n|\r|\n/g, '\ndata: ') : data;
  return event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
}
