import type { Shape } from './shape.ts';

/**
 * One event of a streamed answer: an SSE event, or what stands for one in another framing.
 * `data` and `event` are decoded when they are first read, so that a frame that only passes costs no decoding.
 */
export interface Frame {
  /** The frame as it came, complete with its line ends. It may be a view into a larger buffer: copy it to keep it. */
  readonly raw: Uint8Array;
  /** The array that `raw` is a view of, and its range in it: for readers that look at bytes and need no view. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** SSE: the `event:` field; event-stream: the type of the event or exception; undefined where none was given. */
  readonly event: string | undefined;
  /** SSE: the `data:` lines joined by \n; event-stream: the payload. undefined for a frame without data (comment, ping, bare id). */
  readonly data: string | undefined;
  /** The format's framing itself says that this frame is an error; `event` names it. */
  readonly exception?: boolean;
  /** True on the last frame of a stream that ended before the line that closes the frame: a reader of the raw bytes would still wait for it. */
  readonly unclosed?: boolean;
  /** Above 0: this is a run of frames that are known (see Shape), with so many characters of content. `event` and `data` say nothing then. */
  readonly characters: number;
}

/** Cuts a byte stream into frames. One reader per stream. */
export interface FrameReader {
  /**
   * The frames that are complete with these bytes, each cut when it is asked for: read them all before the next push. The bytes must not change
   * afterwards: frames are views into them.
   */
  push(bytes: Uint8Array): Iterable<Frame>;
  /** What is left when the stream has ended: at most one frame, `unclosed` when its end never came. */
  end(): Iterable<Frame>;
}

/** What a reader needs to know. */
export interface FrameSettings {
  /** Bytes of one frame, comments and line ends included. */
  readonly maxEventBytes: number;
  /** Frames that it knows, one behind the other, are given as one. It may learn from a frame before the next one is asked for. SSE only. */
  readonly shape?: Shape | undefined;
}
