import type { DecisionRecord, FaultKind } from '@postern/core/routing';
import type { Distribution } from './distribution.ts';

/** Requests that come at random moments, so many a second on average (a Poisson process). */
export interface Arrivals {
  readonly requests: number;
  readonly perSecond: number;
  /** Alias or `provider/model`, or several by their share. */
  readonly model: string | Readonly<Record<string, number>>;
  /** Share of them that ask for a stream, 0 to 1. Default 1. */
  readonly stream?: number;
  /** Tokens of a prompt, and of an answer. Defaults 1,000 and 200. */
  readonly input?: Distribution;
  readonly output?: Distribution;
  /** Callers who ask. Default 1,000. */
  readonly callers?: number;
}

/** Why calls fail. */
export interface Faults {
  readonly kind: FaultKind;
  /** Share of the calls, 0 to 1. */
  readonly share: number;
  /** Milliseconds until it is told. Default 50. */
  readonly after?: Distribution;
  /** Seconds that the provider asks to be left alone. */
  readonly retryAfter?: number;
  /** It fails in the middle of its answer; of a stream something is at the client then. */
  readonly midway?: boolean;
}

/** How a deployment serves. */
export interface Service {
  /** Milliseconds to the first token, and for each token of the answer. */
  readonly firstToken: Distribution;
  readonly perToken: Distribution;
  readonly faults?: readonly Faults[];
  /** Calls that it serves at once; those beyond wait in a queue. Default: any number. */
  readonly slots?: number;
}

/** By deployment (`alias#index`), `provider/model`, or `*` for all others. */
export type Services = Readonly<Record<string, Service>>;

/** A model of what comes in, and of what it meets. */
export interface Traffic {
  /** By rate, or as it was: the requests of decision records, in their order. */
  readonly arrivals: Arrivals | readonly DecisionRecord[];
  readonly services: Services;
  /** What is different from a moment on, in ms from the start. */
  readonly changes?: readonly { readonly at: number; readonly services: Services }[];
  /** Gateways that share the requests; each knows only what it has seen itself. Default 1. */
  readonly gateways?: number;
  /** Of every number that is drawn; a whole number of 32 bits. Default 1. */
  readonly seed?: number;
}
