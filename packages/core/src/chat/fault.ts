import type { GatewayError } from '../kit/errors.ts';
import type { Usage } from './usage.ts';

/** What went wrong at a provider, in kinds that the router acts upon. */
export type FaultKind =
  | 'unavailable' /* 5xx, connection refused, reset, cut */
  | 'overloaded' /* 503, 529, "overloaded" */
  | 'timeout'
  | 'rate-limited'
  | 'quota' /* the account's money or quota is used up */
  | 'credentials' /* 401, 403, 402, account-level 404 */
  | 'model-not-found' /* 404 that speaks of the model */
  | 'context-length'
  | 'content-filter'
  | 'rejected' /* any other 4xx: the request itself is at fault */
  | 'invalid-response' /* not the format it should be */
  | 'incomplete'; /* a stream without its terminal event */

/** A failed attempt as the adapter read it. `message` is the provider's own words; the line redacts secrets before anybody sees it. */
export interface Fault {
  kind: FaultKind;
  message: string;
  /** HTTP status that the provider gave, or that its in-band error stands for. */
  status?: number;
  /** The provider's own code and type of the error. */
  code?: string;
  type?: string;
  param?: string;
  /** Seconds. */
  retryAfter?: number;
  /** The error itself, where it is none of the provider's: a hook that refused, a deadline, a gateway that closes. */
  error?: GatewayError;
  /** The credentials were refused, and the next call to the same deployment has others. */
  renewed?: true;
  /** Nothing was sent: the deployment can't express the request. */
  unfit?: true;
  /** What the provider told that the failed attempt used: it is billed. */
  usage?: Usage;
  /** May the same request succeed on the same deployment later? Default by kind. */
  retryable?: boolean;
}
