import { UpstreamError } from '../kit/errors.ts';
import { crc32 } from './crc32.ts';
import { FRAME_BYTES, PRELUDE_BYTES, readHeaders } from './event-message.ts';
import type { Frame, FrameReader, FrameSettings } from './frame.ts';
import { join } from './read-all.ts';

const utf8 = new TextDecoder();

/**
 * A reader of `application/vnd.amazon.eventstream`: a frame is a message, its event the `:event-type`, its data the payload. Both checksums are
 * verified, so that a broken length is never waited for.
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * @throws UpstreamError `upstream_invalid_response`, while frames are read, when a message is broken or larger than the cap
 */
export function createEventStreamReader({ maxEventBytes }: FrameSettings): FrameReader {
  return new MessageReader(maxEventBytes);
}

class MessageReader implements FrameReader {
  readonly #cap: number;
  /** The beginning of a message that is not complete yet, in the pieces it came in, and their bytes. */
  #held: Uint8Array[] = [];
  #size = 0;
  /** Bytes that have to be there before it is worth looking again. */
  #needed = PRELUDE_BYTES;

  constructor(cap: number) {
    this.#cap = cap;
  }

  *push(piece: Uint8Array): Iterable<Frame> {
    if (piece.length === 0) return;
    this.#held.push(piece);
    this.#size += piece.length;
    if (this.#size < this.#needed) return;
    const bytes = join(this.#held, this.#size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let start = 0;
    this.#needed = PRELUDE_BYTES;
    while (bytes.length - start >= PRELUDE_BYTES) {
      const length = this.#length(bytes, view, start);
      if (bytes.length - start < length) {
        this.#needed = length;
        break;
      }
      const frame = messageOf(bytes, view, start, start + length);
      start += length;
      yield frame;
    }
    this.#held = start === bytes.length ? [] : [bytes.subarray(start)];
    this.#size = bytes.length - start;
  }

  /** Half a message tells nothing: whoever reads the frames knows that the answer isn't whole. */
  end(): Iterable<Frame> {
    return [];
  }

  #length(bytes: Uint8Array, view: DataView, start: number): number {
    if (crc32(bytes, start, start + 8) !== view.getUint32(start + 8)) throw broken('a broken prelude');
    const length = view.getUint32(start);
    if (length > this.#cap) throw broken(`more than ${this.#cap} bytes`, { shouldRetry: false });
    if (length < FRAME_BYTES + view.getUint32(start + 4)) throw broken('lengths that contradict each other');
    return length;
  }
}

const broken = (what: string, more: { readonly shouldRetry?: boolean } = {}): UpstreamError =>
  new UpstreamError('upstream_invalid_response', `The provider sent an event with ${what}.`, more);

function messageOf(bytes: Uint8Array, view: DataView, start: number, end: number): Frame {
  if (crc32(bytes, start, end - 4) !== view.getUint32(end - 4)) throw broken('a wrong checksum');
  const payload = start + PRELUDE_BYTES + view.getUint32(start + 4);
  const headers = readHeaders(bytes, start + PRELUDE_BYTES, payload);
  if (headers === undefined) throw broken('broken headers');
  return new MessageFrame(bytes, start, end, payload, headers);
}

/** A message as a {@link Frame}. An exception is named by its `:exception-type`; an error that the service does not model by its `:error-code`. */
class MessageFrame implements Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly event: string | undefined;
  readonly exception: boolean;
  readonly characters = 0;
  readonly #payload: number;
  /** What an error says has no payload, but a header. */
  readonly #message: string | undefined;
  #data: string | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, payload: number, headers: ReadonlyMap<string, string>) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.event = headers.get(':event-type') ?? headers.get(':exception-type') ?? headers.get(':error-code');
    const type = headers.get(':message-type');
    this.exception = type === 'exception' || type === 'error';
    this.#message = headers.get(':error-message');
    this.#payload = payload;
  }

  get raw(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  get data(): string | undefined {
    this.#data ??= utf8.decode(this.bytes.subarray(this.#payload, this.end - 4));
    if (this.#data !== '') return this.#data;
    return this.#message === undefined ? undefined : JSON.stringify({ message: this.#message });
  }
}
