/** A kind of error that every format has words for. */
export type ErrorKind =
  | 'bad-request'
  | 'context'
  | 'filter'
  | 'unauthenticated'
  | 'payment'
  | 'forbidden'
  | 'not-found'
  | 'timeout'
  | 'too-large'
  | 'rate-limit'
  | 'quota'
  | 'server'
  | 'bad-gateway'
  | 'unavailable'
  | 'gateway-timeout'
  | 'overloaded';

/** An error as a vendor answers it. */
export interface VendorError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, to be serialised as JSON. */
  readonly body: unknown;
}

/** What may differ from a kind's usual error. */
export interface ErrorDetail {
  readonly message?: string;
  /** Seconds to wait, of `rate-limit`. */
  readonly retryAfter?: number;
  readonly model?: string;
}
