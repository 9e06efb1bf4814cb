/** A deployment that may be asked, as a strategy of the host sees it. */
export interface Candidate {
  /** `alias#index`. */
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  readonly weight: number;
  readonly order: number;
  /** As configured; 0: nothing is. */
  readonly rpm: number;
  readonly tpm: number;
  /** Calls under way. */
  readonly open: number;
  /** Milliseconds to the first content of streams, and per token of whole answers, lately; 0: unknown. */
  readonly firstToken: number;
  readonly perToken: number;
  /** In the minute of its last call. */
  readonly calls: number;
  readonly tokens: number;
  /** Share of its calls that failed lately, 0 to 1. */
  readonly failing: number;
}

/** What is known of a request when its deployment is picked. */
export interface RoutingQuestion {
  readonly model: string;
  /** Id of the caller; '' for nobody. */
  readonly caller: string;
  readonly tags: readonly string[];
  readonly stream: boolean;
  /** Tokens of the prompt, estimated, and the client's bound on the answer; 0: none. */
  readonly input: number;
  readonly output: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Ids of the candidates, the one to ask first at the head. Called for each attempt of a plan, with those that are left; quick, without waiting for anything. When
 * it throws, or names none of them, the pick is a weighted one, and a warning says so.
 */
export type CustomStrategy = (candidates: readonly Candidate[], question: RoutingQuestion) => readonly string[];
