import type { CancelSignal } from '../kit/cancel.ts';
import type { Body } from './body.ts';

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
   * The body as it arrives, for one that is no JSON: iterated once, with backpressure, instead of `body`. Throws RequestError (`invalid_request` when the
   * host has read it already, `request_timeout`) or ClientGone; what is left when the reader stops is thrown away. Absent: such bodies are refused.
   */
  upload?(): AsyncIterable<Uint8Array>;
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

/** Caps on forms that clients send. */
export interface FormLimits {
  /** Bytes of one file; default 25 MiB. */
  readonly maxFileBytes: number;
  /** Bytes of all files and fields of a form; default 100 MiB. */
  readonly maxBytes: number;
  /** How many files; default 17. */
  readonly maxFiles: number;
  /** How many fields that are no files; default 64. */
  readonly maxFields: number;
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
