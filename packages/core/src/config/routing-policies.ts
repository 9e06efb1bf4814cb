import type { ChatRequest } from '../chat/request.ts';

/** A request as a policy may look at it. Its content is read only when it asks for that. */
export interface PolicyRequest {
  /** Id of the caller; '' for nobody. */
  readonly caller: string;
  readonly tags: readonly string[];
  readonly stream: boolean;
  /** Does it ask for reasoning? */
  readonly reasoning: boolean;
  /** Tokens of the prompt, estimated, and the client's bound on the answer; 0: none. */
  readonly input: number;
  readonly output: number;
  header(name: string): string | undefined;
  /** The conversation; undefined: it is no chat, or can't be read here. */
  chat(): ChatRequest | undefined;
  /** Calls `expire` after so many milliseconds, unless what it gives is called before. */
  after(ms: number, expire: () => void): () => void;
}

/**
 * What a policy read out of a request: names and numbers and no content, since it is written down with the decision, and told by `explain`. All of it is JSON.
 */
export interface PolicyView {
  /** What kind of request it is: remembered for what callers say of the answer. */
  readonly task: string;
}

/** One of the aliases that a policy chooses among. */
export interface PolicyCandidate {
  /** Of the alias. */
  readonly name: string;
  /** Its deployments that are for this caller at this hour; at least one. */
  readonly places: readonly PolicyPlace[];
}

/** A deployment of a candidate. */
export interface PolicyPlace {
  /** `alias#index`. */
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  readonly provider: string;
  readonly region: string | undefined;
  /** Nano-dollars of this request, estimated; an answer without a bound counts as 1,000 tokens. undefined: it has no known price. */
  readonly cost: number | undefined;
  /**
   * Milliseconds that this request is likely to take, to the first content of a stream and else as a whole, by what was seen lately: the 95th percentile where
   * that is kept, else an average. 0: unknown.
   */
  readonly latency: number;
  /** Calls under way. */
  readonly open: number;
  /** May it be asked now? It may not while it rests. */
  readonly usable: boolean;
}

/** What a policy decides. */
export interface PolicyChoice {
  /** Aliases, the one to ask first at the head and the others behind it as its fallbacks; of each the ids of the places that may be asked, and why it stands here. */
  readonly order: readonly { readonly name: string; readonly places: readonly string[]; readonly reason: string }[];
  /** Why places are in it no more, by their id; called where somebody wants to know. */
  readonly out?: () => ReadonlyMap<string, string>;
  /** Which constraint nothing meets, where the order is empty: the request is refused with 400. `says` goes on after "No model of 'auto' …". */
  readonly unmet?: { readonly constraint: string; readonly says: string };
}

/** What a caller said of an answer that a policy's choice led to. */
export interface PolicyFeedback {
  /** Of the view. */
  readonly task: string;
  /** The alias that answered. */
  readonly alias: string;
  readonly measures: Readonly<Record<string, number>>;
}

/** What a policy can know of a configuration when it is mounted: the deployments of each alias. */
export interface PolicyWorld {
  readonly models: ReadonlyMap<
    string,
    readonly { readonly model: string; readonly provider: string; readonly region: string | undefined }[]
  >;
  /** Has anything a price? */
  readonly priced: boolean;
}

/**
 * Chooses among aliases by what a request asks for. Callers ask for it by its name, as for a model. `read` looks at the request, and may wait; `choose` decides from
 * what that gave, the candidates and random numbers in [0, 1), and nothing else, so that a decision can be made again.
 */
export interface RoutingPolicy {
  /** Aliases. */
  readonly among: readonly string[];
  /** What it goes by, as JSON: part of the hash that decision records carry. */
  readonly settings?: unknown;
  /** Throws RequestError where the request asks for what can't be understood. */
  read(request: PolicyRequest): PolicyView | Promise<PolicyView>;
  /** `view`: undefined where only the size of a request is known, as in a simulation. */
  choose(view: PolicyView | undefined, candidates: readonly PolicyCandidate[], random: () => number): PolicyChoice;
  /** Told of feedback about its choices; needs `feedback: true`. */
  learn?(told: PolicyFeedback): void;
  /** Mistakes in it, each with its path below the policy and what to write instead. */
  check?(world: PolicyWorld): readonly { readonly path: string; readonly text: string }[];
}
