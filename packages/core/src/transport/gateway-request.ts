import type { CancelSignal } from '../kit/cancel.ts';
import type { Body } from './body.ts';
import type { Upload } from './upload.ts';

/** A request as a mount hands it to the gateway. Plain on purpose: bridging to native Request costs 4–6× the CPU of a small POST on Node 20. */
export interface GatewayRequest<Host = unknown> {
  /** Upper case. */
  readonly method: string;
  /** Path below the mount's prefix, still percent-encoded, starting with `/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  header(name: string): string | undefined;
  /** The body, read once with the gateway's caps, or taken from the host's parser. Rejects with RequestError or ClientGone. */
  body(limits: BodyLimits): Promise<Body>;
  /**
   * The body as it comes, to be passed on with backpressure; instead of `body`, and once. Reading it rejects with RequestError `body_too_large`,
   * `request_timeout`, `invalid_request` (the host's parser was there before), or ClientGone. Absent: nothing can be passed on.
   */
  stream?(maxBytes: number): Upload;
  /** The peer's IP address, where there is a connection. */
  readonly remoteAddress?: string | undefined;
  /** Aborts when the client leaves. A light signal where the mount makes one; any AbortSignal will do. */
  readonly signal: CancelSignal;
  /** The host framework's own request, for `access.identify` and hooks. */
  readonly host: Host;
}

/** Caps on what a client may send. */
export interface BodyLimits {
  /** Bytes; default 32 MiB. */
  readonly maxBytes: number;
  /** Nesting of the JSON; default 64. */
  readonly maxDepth: number;
}

/** A piece of an answer. */
export type Chunk = string | Uint8Array;

/** What a mount sends. A whole body comes as one chunk; a stream as an iterable to be pulled with backpressure. */
export interface GatewayReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  readonly body: Chunk | AsyncIterable<Chunk>;
  /** How long a client may leave a stream unread before the mount closes the connection. Milliseconds; default 60,000. */
  readonly clientIdle?: number;
  /** Every mount calls this when the response closes before it finished. Cancels the upstream and settles. */
  cancel(reason: unknown): void;
}
