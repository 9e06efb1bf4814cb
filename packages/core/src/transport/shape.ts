/** Frames that stand one after the other in a piece of a stream and are all of one shape. */
export interface Run {
  /** Behind the last of them. */
  readonly end: number;
  /** Characters of content in them, at least one. */
  readonly characters: number;
}

/** Knows frames by their bytes, without reading them. */
export interface Shape {
  /** The frames from `from` on, where a frame begins, that are known; undefined when the first one isn't, or isn't complete. */
  run(bytes: Uint8Array, from: number): Run | undefined;
}
