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
  /** SSE: the `event:` field; undefined where none was given. */
  readonly event: string | undefined;
  /** SSE: the `data:` lines joined by \n. undefined for a frame without data (comment, ping, bare id). */
  readonly data: string | undefined;
  /** True on the last frame of a stream that ended before the line that closes the frame: a reader of the raw bytes would still wait for it. */
  readonly unclosed?: boolean;
  /** Above 0: this is a run of frames that are known (see Shape), with so many characters of content. `event` and `data` say nothing then. */
  readonly characters: number;
}
