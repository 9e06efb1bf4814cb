import { UpstreamError } from '../kit/errors.ts';

/** How far a call had come when it failed. */
export interface CallState {
  /** The connection had served another call before. */
  readonly reused: boolean;
  /** The first byte of the answer was there. */
  readonly answering: boolean;
}

const CONNECTING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNABORTED',
]);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const MALFORMED = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

/**
 * A failure of the connection as Postern's error: its message tells no host or address, `cause` is the original. The hint is `stale-socket` where a
 * kept connection was closed by the other side before it could carry the call; such a call was not worked on and may be sent again.
 */
export function upstreamError(error: unknown, state: CallState): UpstreamError {
  const code = codeOf(error);
  // undici's parser errors don't all carry a code.
  if (MALFORMED.has(code) || (error instanceof Error && error.name === 'HTTPParserError')) {
    return new UpstreamError('upstream_invalid_response', "The provider's answer is not sound HTTP.", { cause: error });
  }
  if (CONNECTING.has(code))
    return new UpstreamError('upstream_unavailable', 'The provider could not be reached.', { cause: error });
  if (state.answering)
    return new UpstreamError('upstream_unavailable', 'The provider broke the connection in the middle of its answer.', {
      cause: error,
    });
  const stale = state.reused && BROKEN.has(code);
  const message = BROKEN.has(code)
    ? 'The provider broke the connection before it answered.'
    : 'The connection to the provider failed.';
  return new UpstreamError('upstream_unavailable', message, { cause: error, ...(stale ? { hint: STALE_SOCKET } : {}) });
}

/** `hint` of an error, see {@link upstreamError}. */
const STALE_SOCKET = 'stale-socket';

/** The code of an error; of an AggregateError (several addresses were tried) that of the first. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return '';
}
