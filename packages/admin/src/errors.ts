/** What the admin API says went wrong, by a code that never changes its meaning. */
export const ADMIN_ERRORS = {
  invalid_json: 400,
  invalid_request: 400,
  invalid_cursor: 400,
  beyond_template: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  already_exists: 409,
  conflict: 409,
  in_use: 409,
  etag_mismatch: 412,
  body_too_large: 413,
  unsupported_content_type: 415,
  if_match_required: 428,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type AdminErrorCode = keyof typeof ADMIN_ERRORS;

/** An operation that was refused; nothing was written. `status` is that of HTTP, `param` the path of the field at fault, such as `limits.0.max`. */
export class AdminError extends Error {
  readonly code: AdminErrorCode;
  readonly status: number;
  readonly param: string | undefined;

  constructor(code: AdminErrorCode, message: string, param?: string) {
    super(message);
    this.name = 'AdminError';
    this.code = code;
    this.status = ADMIN_ERRORS[code];
    this.param = param;
  }
}

/** A field that does not fit. */
export const invalid = (param: string, text: string): AdminError =>
  new AdminError('invalid_request', `${param}: ${text}`, param);

/** There is nothing of this id, or nothing that whoever asks may know of. */
export const notFound = (kind: string, id: string): AdminError =>
  new AdminError('not_found', `There is no ${kind} ${JSON.stringify(id.slice(0, 128))}.`);
