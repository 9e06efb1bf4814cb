import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes.ts';

const BRAND = Symbol.for('postern.error');

/** What a {@link GatewayError} is made from. Everything but `message` has a default from the table of codes. */
export interface ErrorDetails {
  /** HTTP status; default: the code's own. */
  readonly status?: number;
  /** The request field at fault, as a path such as `messages.2.content`. */
  readonly param?: string;
  /** Seconds after which a retry makes sense; becomes the Retry-After header. */
  readonly retryAfter?: number;
  /** The provider's own error code, passed on to the client where its format has a place for it. */
  readonly upstreamCode?: string;
  /** The provider's own error type, likewise. */
  readonly upstreamType?: string;
  /** `false`: SDKs are told not to retry by themselves (`x-should-retry: false`). */
  readonly shouldRetry?: boolean;
  /** Further headers of the error reply, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the operator only; never rendered to a client. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Base of all errors that Postern gives. Branded with `Symbol.for('postern.error')`, so that
 * {@link isGatewayError} holds across copies of the package; `instanceof` works within one.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfter: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly upstreamType: string | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const row = ERROR_CODES[code];
    this.name = new.target.name;
    this.code = code;
    this.kind = row.kind;
    this.status = details.status ?? row.status;
    this.param = details.param;
    this.retryAfter = details.retryAfter;
    this.upstreamCode = details.upstreamCode;
    this.upstreamType = details.upstreamType;
    this.shouldRetry = details.shouldRetry;
    this.headers = details.headers;
    this.hint = details.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

type CodeOf<Kind extends ErrorKind> = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code]['kind'] extends Kind ? Code : never;
}[ErrorCode];

/** The configuration is wrong. Thrown at mount or reload only; the message names the path and says what to write instead. */
export class ConfigError extends GatewayError {
  constructor(path: string, message: string, details?: ErrorDetails) {
    super('config_invalid', path === '' ? message : `${path}: ${message}`, { ...details, param: path });
  }
}
/** The request can not be served as it stands. */
export class RequestError extends GatewayError {
  constructor(code: CodeOf<'request'>, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}
/** The caller is unknown, or may not do this. */
export class AccessError extends GatewayError {
  constructor(code: CodeOf<'access'>, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}
/** A limit of the gateway is reached. */
export class LimitError extends GatewayError {
  constructor(code: CodeOf<'limit'>, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}
/** A hook of the host refused. */
export class GuardError extends GatewayError {
  constructor(message: string, details?: ErrorDetails) {
    super('guard_refused', message, details);
  }
}
/** The provider failed or refused; after the last attempt it is what the client sees. */
export class UpstreamError extends GatewayError {
  constructor(code: CodeOf<'upstream'>, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}
/** The client left. Never sent to anyone; settles and cancels. */
export class ClientGone extends GatewayError {
  constructor(cause?: unknown) {
    super('client_gone', 'The client left before the answer was complete.', { cause });
  }
}

/** Is this an error of Postern, of whichever copy of the package? */
export function isGatewayError(error: unknown): error is GatewayError {
  return typeof error === 'object' && error !== null && (error as { [BRAND]?: unknown })[BRAND] === true;
}

/** Any thrown value as a {@link GatewayError}; what is not one becomes `internal` with a message that tells nothing. */
export function asGatewayError(error: unknown): GatewayError {
  if (isGatewayError(error)) return error;
  return new GatewayError('internal', 'The gateway failed to handle this request.', { cause: error });
}
