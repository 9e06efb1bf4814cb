import type { Fault } from '../chat/fault.ts';
import type { CancelSignal } from '../kit/cancel.ts';
import { UpstreamError } from '../kit/errors.ts';
import { textOf } from '../kit/text-of.ts';
import { unlessAborted } from '../kit/unless-aborted.ts';
import { isHeader } from '../providers/auth/headers.ts';
import type { CredentialHeaders, Credentials } from '../transport/credentials.ts';
import type { WireRequest } from '../transport/dispatcher.ts';

/** Headers that belong to the connection or to the body, whoever signs them. */
const FIXED = /^(?:host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect)$/;

/**
 * The headers that the credentials give this call. Throws the signal's reason once that aborts, else UpstreamError `upstream_credentials` with the
 * reason, for the operator's log.
 */
export async function signature(
  request: WireRequest,
  credentials: Credentials,
  signal: CancelSignal,
): Promise<CredentialHeaders> {
  let given: CredentialHeaders;
  try {
    given = await unlessAborted(Promise.resolve(credentials.headers(request, signal)), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw unsigned(textOf(error));
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!isHeader(name, value) || FIXED.test(name.toLowerCase()))
      throw unsigned('they gave a header that can not be sent');
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** The same request with these headers on it. */
export function signed(request: WireRequest, headers: CredentialHeaders): WireRequest {
  return new Signed(request, headers);
}

/** A class, since it holds the body as long as the call runs (decisions/0006). */
class Signed implements WireRequest {
  readonly method: WireRequest['method'];
  readonly origin: string;
  readonly path: string;
  readonly headers: WireRequest['headers'];
  readonly body: WireRequest['body'];
  readonly stream: boolean;

  constructor({ method, origin, path, headers, body, stream = false }: WireRequest, own: CredentialHeaders) {
    this.method = method;
    this.origin = origin;
    this.path = path;
    this.headers = { ...headers, ...own };
    this.body = body;
    this.stream = stream;
  }
}

/** The fault of a call that was refused with 401: it may be made once more if the credentials have others to give. */
export function refused(fault: Fault, credentials: Credentials, headers: CredentialHeaders): Fault {
  try {
    return credentials.refused?.(headers) === true ? { ...fault, renewed: true, retryAfter: 0 } : fault;
  } catch {
    return fault;
  }
}

const unsigned = (reason: string): UpstreamError =>
  new UpstreamError('upstream_credentials', `no credentials for the call: ${reason}`);
