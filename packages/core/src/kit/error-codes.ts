/** The class of an error: who has to act on it. One class in `errors.ts` stands behind each. */
export type ErrorKind = 'config' | 'request' | 'access' | 'limit' | 'guard' | 'upstream' | 'gone' | 'internal';

interface ErrorRow {
  readonly kind: ErrorKind;
  /** HTTP status that the client gets unless the error carries its own. */
  readonly status: number;
  /** What the client may conclude, in the words of the docs. */
  readonly meaning: string;
}

/**
 * Every error code of Postern, once. `ERRORS.md` is generated from this table and a test reaches each row.
 * A code is part of the public interface: it never changes its meaning.
 */
export const ERROR_CODES = {
  config_invalid: {
    kind: 'config',
    status: 500,
    meaning: 'The configuration is wrong; the mount stops with the path and the fix.',
  },

  invalid_json: { kind: 'request', status: 400, meaning: 'The body is not valid JSON.' },
  invalid_request: {
    kind: 'request',
    status: 400,
    meaning: 'A field that the gateway rests on is missing or has the wrong type; `param` names it.',
  },
  duplicate_key: {
    kind: 'request',
    status: 400,
    meaning: 'A key that decisions rest on (model, stream …) stands twice or in an escaped spelling.',
  },
  body_too_deep: { kind: 'request', status: 400, meaning: 'The body is nested deeper than the cap.' },
  unsupported_by_target: {
    kind: 'request',
    status: 400,
    meaning: '`strict` is on and the target can not express a field of the request; `param` names it.',
  },
  media_url_unsupported: { kind: 'request', status: 400, meaning: 'The target takes no media by URL.' },
  media_fetch_failed: {
    kind: 'request',
    status: 400,
    meaning:
      'The target takes media as bytes only, and the host could or would not fetch one; `param` tells where it stands.',
  },
  operation_unsupported: {
    kind: 'request',
    status: 400,
    meaning: 'The provider of this model does not serve the operation.',
  },
  body_too_large: { kind: 'request', status: 413, meaning: 'The body is larger than the cap.' },
  unsupported_content_type: {
    kind: 'request',
    status: 415,
    meaning: 'The content type or content encoding of the request is not taken here.',
  },
  method_not_allowed: {
    kind: 'request',
    status: 405,
    meaning: 'The path is known, the method is not; `allow` names the right one.',
  },
  model_not_found: { kind: 'request', status: 404, meaning: 'No alias and no allowed provider/model has this name.' },
  resource_not_found: {
    kind: 'request',
    status: 404,
    meaning: 'Nothing of this id that the caller may use: it is unknown, forgotten, or of another caller.',
  },
  idempotency_mismatch: {
    kind: 'request',
    status: 422,
    meaning: 'The Idempotency-Key was used for another request.',
  },
  idempotency_in_flight: {
    kind: 'request',
    status: 409,
    meaning: 'The first request with this Idempotency-Key is not over yet.',
  },
  idempotency_done: {
    kind: 'request',
    status: 409,
    meaning:
      'The request with this Idempotency-Key was made already, and its answer is not kept; the message names it.',
  },
  feedback_given: {
    kind: 'request',
    status: 409,
    meaning: 'Feedback about this request was given already; the first one counts.',
  },
  request_timeout: { kind: 'request', status: 408, meaning: 'The client did not finish sending its body in time.' },

  unauthenticated: {
    kind: 'access',
    status: 401,
    meaning: 'The caller is unknown: the host gave no identity, or refused it.',
  },
  key_unknown: {
    kind: 'access',
    status: 401,
    meaning: 'The key is none of this gateway: mistyped, made up, deleted, or replaced by a newer one.',
  },
  key_expired: { kind: 'access', status: 401, meaning: 'The key has expired.' },
  key_blocked: {
    kind: 'access',
    status: 401,
    meaning: 'The key is blocked, or its user, team or organisation is, or is no more.',
  },
  keys_conflict: { kind: 'access', status: 401, meaning: 'The request carries two keys that differ.' },
  caller_blocked: {
    kind: 'access',
    status: 403,
    meaning: 'The user, team or organisation of a caller whom the host named is blocked.',
  },
  forbidden: { kind: 'access', status: 403, meaning: 'The caller may not use this model, operation or feature.' },

  rate_limited: {
    kind: 'limit',
    status: 429,
    meaning: 'A limit of the gateway is reached; Retry-After says when to come back.',
  },
  budget_exhausted: {
    kind: 'limit',
    status: 429,
    meaning:
      'A budget is used up, or this request could cost more than is left of it. Trying again before the period ends is of no use.',
  },
  store_unavailable: {
    kind: 'limit',
    status: 503,
    meaning: 'The store did not answer in time, and what the request needs to know of limits is refused without it.',
  },
  draining: { kind: 'limit', status: 503, meaning: 'The gateway is shutting down and takes no new requests.' },

  guard_refused: { kind: 'guard', status: 400, meaning: 'A hook of the host refused the request or the answer.' },

  upstream_unavailable: {
    kind: 'upstream',
    status: 502,
    meaning:
      'The provider could not be reached, broke the connection or answered 5xx. 503 with Retry-After: nobody was asked, since all that serve the model failed a moment ago, or none is found.',
  },
  upstream_overloaded: {
    kind: 'upstream',
    status: 503,
    meaning:
      'The provider says that it is overloaded or out for maintenance, or it has as many calls under way as `concurrency` gives it.',
  },
  upstream_timeout: { kind: 'upstream', status: 504, meaning: 'The provider did not answer within the time limit.' },
  upstream_rate_limited: {
    kind: 'upstream',
    status: 429,
    meaning: 'The provider refused for a rate or quota limit, now or a moment ago; Retry-After is its own.',
  },
  upstream_rejected: { kind: 'upstream', status: 400, meaning: 'The provider refused the request, in its own words.' },
  upstream_model_not_found: {
    kind: 'upstream',
    status: 404,
    meaning: 'The provider does not know the model, or its account may not use it, in its own words.',
  },
  upstream_credentials: {
    kind: 'upstream',
    status: 502,
    meaning: "The provider refused the gateway's credentials or account; the hint is in the operator's log only.",
  },
  upstream_invalid_response: {
    kind: 'upstream',
    status: 502,
    meaning: 'The provider answered with something that is not its format (HTML, empty, broken, too large).',
  },
  upstream_incomplete: { kind: 'upstream', status: 502, meaning: 'The stream ended without its terminal event.' },
  context_length_exceeded: {
    kind: 'upstream',
    status: 400,
    meaning: "The conversation is longer than the model's context window.",
  },
  content_filtered: { kind: 'upstream', status: 400, meaning: "The provider's safety system refused the request." },

  client_gone: { kind: 'gone', status: 499, meaning: 'The client left before the answer was complete; never sent.' },
  internal: {
    kind: 'internal',
    status: 500,
    meaning: "A fault of the gateway or of a hook; the cause is in the operator's log.",
  },
} as const satisfies Record<string, ErrorRow>;

/** The code of a {@link GatewayError}; see ERRORS.md. */
export type ErrorCode = keyof typeof ERROR_CODES;
