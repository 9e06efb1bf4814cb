import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import type { GatewayError, LimitError } from '../kit/errors.ts';
import type { DecisionRecord } from '../router/decision.ts';
import type { AttemptRecord, LimitState, ScopeId } from '../store/store.ts';
import type { Served } from './answered.ts';
import type { Outcome } from './outcome.ts';

/** Who and what an event is about. */
export interface EventSubject {
  readonly id: string;
  readonly operation: string;
  /** As the client asked for it; '' while unread. */
  readonly model: string;
  readonly caller: string | undefined;
  /** It was only asked how the request would be served: to be left out of what is counted. Over HTTP that is known once its body is read. */
  readonly dry?: boolean;
}

/** A deployment that was looked up. */
export interface Found {
  /** Its id, as explanations, records and headers name it. */
  readonly deployment: string;
  /** `provider/model`. */
  readonly model: string;
  /** undefined: that of the provider. */
  readonly baseUrl: string | undefined;
}

/** Events observe: typed, synchronous, and a listener that throws never reaches a request. Content of messages is never in them. */
export interface GatewayEvents {
  'request-start': EventSubject;
  /** It was decided where the request goes: all that is needed to decide it again. Made only while somebody listens. See docs/routing.md. */
  decision: DecisionRecord;
  /** The provider was called. */
  'attempt-start': EventSubject & { readonly provider: string; readonly deployment: string; readonly reason: string };
  'attempt-end': EventSubject & { readonly record: AttemptRecord; readonly fault: Fault | undefined };
  /** Frames of a provider's stream were broken and withheld. */
  'frames-withheld': EventSubject & { readonly provider: string; readonly count: number };
  /** A running stream used up what a limit allows: it was ended, and its client told that it reached its bound. */
  'answer-cut': EventSubject & { readonly error: LimitError };
  /** A soft limit was crossed. */
  'limit-crossed': EventSubject & { readonly state: LimitState };
  /** A caller says how good the answer to a request of its own was: `score` and whatever else it measured. */
  feedback: Served & { readonly id: string; readonly measures: Readonly<Record<string, number>> };
  /**
   * What a copy was answered, `id`, beside the answer of the request that it is a copy of, `of`: as its client would have had it, the first million characters of it.
   * Answers are collected while somebody listens only: it is content.
   */
  shadow: {
    readonly id: string;
    readonly of: string;
    readonly model: string;
    readonly status: number;
    readonly answer: string;
  };
  /** No copy was made of the request `of`, to go to the alias `model`: too many are under way. */
  'shadow-dropped': { readonly of: string; readonly model: string };
  /** A gray release did worse than what stays, by failures, by refusals or by latency, and has ended until its settings change. Shares of what was not answered, 0 to 1. */
  'rolled-back': {
    readonly alias: string;
    readonly to: string;
    readonly why: 'errors' | 'refusals' | 'latency';
    readonly errors: number;
    readonly before: number;
  };
  /** What was looked up for an alias is not what it was: these have joined, and these have left. Addresses are told to the operator only. */
  'deployments-changed': { readonly alias: string; readonly joined: readonly Found[]; readonly left: readonly Found[] };
  /** It could not be looked up: what was found last holds. */
  'discovery-failed': { readonly alias: string; readonly cause: string };
  /** The store could not be asked, and the limits of these scopes are open then: the request is served, and counted afterwards. */
  'limits-unchecked': EventSubject & { readonly scopes: readonly ScopeId[] };
  /** The store takes no settlements (`limits`), no rows (`ledger`) or no ends of idempotency keys (`keys`): they are kept, and it is told again and again. */
  'store-away': { readonly part: string };
  /** It takes them again. */
  'store-back': { readonly part: string };
  /** So many of them will never reach the store: the journal was full, the store will not have them, or the gateway was closed. */
  'journal-lost': { readonly part: string; readonly count: number };
  /** Once per request, when it is settled. */
  'request-end': EventSubject & {
    readonly outcome: Outcome;
    readonly status: number;
    readonly error: GatewayError | undefined;
    readonly usage: Usage | undefined;
    /** Nano-dollars of all attempts, as a decimal; undefined when one is unpriced, or nothing is known of prices. `usage.estimated` tells of a guess. */
    readonly cost: string | undefined;
    /** An attempt used what nobody knows the price of. */
    readonly unpriced: boolean;
    readonly attempts: readonly AttemptRecord[];
    readonly dropped: readonly string[];
    readonly inserted: readonly string[];
    /** Milliseconds from start to settlement. */
    readonly duration: number;
  };
}
