import type { CancelSignal } from '../kit/cancel.ts';
import type { CallBody } from './byte-source.ts';

/** One HTTP call exactly as it goes on the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Scheme, host and port, from the configuration only. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CallBody;
  /** The answer is a stream, and may last: what was sent need not be held as long. */
  readonly stream?: boolean;
}

/** The body of an answer; iterated once, or read whole. */
export interface WireBody extends AsyncIterable<Uint8Array> {
  /**
   * Where a dispatcher has a shorter way to the whole body than iterating it: the same as iterating, up to `maxBytes`. Beyond them it cancels the
   * answer and gives undefined.
   */
  all?(maxBytes: number): Promise<Uint8Array | undefined>;
}

/** The answer to a {@link WireRequest}, given as soon as its headers are there. Redirects are answers like any other. */
export interface WireResponse {
  readonly status: number;
  /** By lower-case name; several values joined by `, `. */
  header(name: string): string | undefined;
  /** The body in the pieces it arrives in, decompressed, with backpressure. Iterate once. Throws when the connection breaks or a cap is passed. */
  readonly body: WireBody;
  /** Stop reading and close; harmless when already over. */
  cancel(reason: unknown): void;
}

/**
 * The one place where Postern does I/O towards providers. Must not follow redirects, must not time out by itself,
 * must close the connection within 100 ms of the signal's abort. Rejects with the signal's reason on abort,
 * else with UpstreamError `upstream_unavailable`.
 */
export interface Dispatcher {
  dispatch(request: WireRequest, signal: CancelSignal): Promise<WireResponse>;
  close(): Promise<void>;
}
