/** Bytes that are sent but not held: a file, or parts that are put together as they go. */
export interface ByteSource {
  /** Bytes in all; undefined when that is not known before the end. */
  readonly size: number | undefined;
  /**
   * The bytes from the first one on, in pieces, each read when it is asked for. May be called once per attempt, unless `once` says that there is no
   * second time.
   */
  open(): AsyncIterable<Uint8Array>;
  /** The bytes can be read one time only, as those of a connection: after that the call can't be tried again. */
  readonly once?: true;
}

/** What a call sends. */
export type CallBody = Uint8Array | string | ByteSource | undefined;

/** Is this body read piece by piece? */
export function isByteSource(body: CallBody): body is ByteSource {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

/** Once it was sent: can it not be sent again? */
export function isSpent(body: CallBody): boolean {
  return isByteSource(body) && body.once === true;
}

/** Bytes of a body as far as they are known; 0 otherwise. */
export function sizeOf(body: CallBody): number {
  return isByteSource(body) ? (body.size ?? 0) : (body?.length ?? 0);
}
