import type { CancelSignal } from '../kit/cancel.ts';
import type { WireRequest } from './dispatcher.ts';

/** Request headers by lower-case name. */
export type CredentialHeaders = Readonly<Record<string, string>>;

/**
 * What gives a provider's calls their credentials where a fixed key is not enough: short-lived tokens, signatures. Given as code, by provider id, in
 * `credentials` of the configuration.
 */
export interface Credentials {
  /**
   * The headers that this very call needs besides its own; they win over headers of the same name. Called for every wire call, when path, headers and
   * body are final and may be signed. What it throws or rejects with is the fault of an attempt: the client is told 502 `upstream_credentials`, and the
   * message goes to the operator's log alone. Once `signal` aborts, nobody waits for the answer any more.
   */
  headers(request: WireRequest, signal: CancelSignal): CredentialHeaders | Promise<CredentialHeaders>;
  /**
   * The provider refused a call with these headers (401). True: the next call gets others, and the same one may be tried once more. Default: false.
   */
  refused?(headers: CredentialHeaders): boolean;
}
