/**
 * One event of a stream before it is bytes.
 * `role`: `open` and `close` stand around content, `token` carries content, `usage` carries usage alone,
 * `terminal` is what the format ends with, `other` means nothing (pings).
 */
export interface Frame {
  readonly role: 'open' | 'token' | 'close' | 'usage' | 'terminal' | 'other';
  /** The SSE event name, in formats that name their events. */
  readonly event?: string;
  /** JSON, or a format's own end mark. */
  readonly data: string;
  /** Tokens of the answer in it. */
  readonly tokens: number;
  /** ms before this event, on top of the profile's. */
  readonly delay?: number;
}

/** One write: wait, then these bytes, with which so many tokens are out. */
export interface Step {
  readonly delay: number;
  readonly bytes: Uint8Array;
  readonly tokens: number;
}

/** How an answer ends: `end` properly, `cut` with the socket. */
export type Ending = 'end' | 'cut';

/** What a stream is before it is bytes. */
export interface FrameStream {
  readonly frames: readonly Frame[];
  readonly ending: Ending;
}
