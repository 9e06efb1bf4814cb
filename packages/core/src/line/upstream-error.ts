import type { Fault, FaultKind } from '../chat/fault.ts';
import type { ErrorCode } from '../kit/error-codes.ts';
import { type GatewayError, isGatewayError, UpstreamError } from '../kit/errors.ts';
import { redactUpstream } from '../kit/redact.ts';

const CODES = {
  unavailable: 'upstream_unavailable',
  overloaded: 'upstream_overloaded',
  timeout: 'upstream_timeout',
  'rate-limited': 'upstream_rate_limited',
  quota: 'upstream_rate_limited',
  credentials: 'upstream_credentials',
  'model-not-found': 'upstream_model_not_found',
  'context-length': 'context_length_exceeded',
  'content-filter': 'content_filtered',
  rejected: 'upstream_rejected',
  'invalid-response': 'upstream_invalid_response',
  incomplete: 'upstream_incomplete',
} as const satisfies Record<FaultKind, ErrorCode>;

/** Statuses that tell of the operator's account and not of the client's request. */
const ACCOUNT_STATUSES: ReadonlySet<number> = new Set([401, 402, 403, 404]);

/**
 * The error that the client gets for the fault of the last attempt: the provider's own words and status. What concerns the operator's credentials is
 * told to the operator only. The words are clean: `cleanFault` stands where a provider's are read, {@link transportFault} where an error was thrown.
 */
export function upstreamError(fault: Fault): GatewayError {
  if (fault.error !== undefined) return fault.error;
  if (fault.kind === 'credentials' && (fault.status === undefined || ACCOUNT_STATUSES.has(fault.status))) {
    return new UpstreamError(
      'upstream_credentials',
      'The provider refused the credentials that the gateway is configured with.',
      {
        hint: fault.status === undefined ? fault.message : `status ${fault.status}: ${fault.message}`,
      },
    );
  }
  const code = fault.kind === 'credentials' ? 'upstream_rejected' : CODES[fault.kind];
  return new UpstreamError(code, fault.message, {
    ...(fault.status !== undefined && fault.status >= 400 ? { status: fault.status } : {}),
    ...(fault.param !== undefined ? { param: fault.param } : {}),
    ...(fault.code !== undefined ? { upstreamCode: fault.code } : {}),
    ...(fault.type !== undefined ? { upstreamType: fault.type } : {}),
    ...(fault.retryAfter !== undefined && fault.retryAfter > 0 ? { retryAfter: fault.retryAfter } : {}),
  });
}

const KINDS: Readonly<Partial<Record<ErrorCode, FaultKind>>> = {
  upstream_unavailable: 'unavailable',
  upstream_overloaded: 'overloaded',
  upstream_timeout: 'timeout',
  upstream_credentials: 'credentials',
  upstream_invalid_response: 'invalid-response',
  upstream_incomplete: 'incomplete',
};

/** What the transport threw, as the fault of an attempt, its words without secrets; anything else is thrown on. */
export function transportFault(error: unknown): Fault {
  const kind = isGatewayError(error) ? KINDS[(error as GatewayError).code] : undefined;
  if (kind === undefined) throw error;
  const { message, hint, shouldRetry } = error as GatewayError;
  return {
    kind,
    message: redactUpstream(message),
    // A kept connection that the provider had closed meanwhile: no answer was begun, and another connection may be tried at once.
    ...(hint === 'stale-socket' ? { retryAfter: 0 } : {}),
    ...(shouldRetry === false ? { retryable: false } : {}),
  };
}
