import type { Duration } from '@postern/core';
import type { Features } from './features/features.ts';

/** What the one that is chosen is to be, among those that meet the constraints. */
export type Objective = 'cheapest' | 'fastest' | 'best';

/** What a model has to meet to be chosen. */
export interface Constraints {
  /** US dollars that the request may cost, as a decimal such as `'0.01'`. A model without a known price does not meet it. */
  readonly maxCost?: string;
  /**
   * How long the first content of a stream, or an answer as a whole, may take: by the 95th percentile of what was seen lately. What nothing was seen of within
   * the last minute is taken to meet it, and so is tried.
   */
  readonly maxLatency?: Duration;
  /** Least quality tier, 1 to 4; see `tiers`. */
  readonly minTier?: number;
  /** Regions of deployments; one that says none is in none of them. */
  readonly regions?: readonly string[];
  /** Ids of providers. */
  readonly providers?: readonly string[];
}

/** Which requests a rule is for: those that meet all that is said. */
export interface When {
  /** One of these: `code`, `math`, `extraction`, `translation`, `summary`, `chat`, or labels of `classify`. */
  readonly task?: string | readonly string[];
  /** One of these, by ISO 639-1: `de`. */
  readonly language?: string | readonly string[];
  readonly tools?: boolean;
  readonly images?: boolean;
  readonly json?: boolean;
  /** Thought that it asks for, at least: 1 to 3. */
  readonly reasoning?: number;
  /** Tokens of the prompt, at least and at most. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** One of the caller's tags. */
  readonly tag?: string | readonly string[];
}

/** What goes for some requests; what it says stands in place of what the policy says. */
export interface Rule extends Constraints {
  readonly when: When;
  /** Some of the policy's aliases. */
  readonly among?: readonly string[];
  readonly objective?: Objective;
}

/** What a classifier of yours may look at. */
export interface ClassifyRequest {
  /** What features are read from: at most 1,500 characters of the user's last words and of the system prompt. */
  readonly text: string;
  readonly features: Features;
  readonly caller: string;
}

/** What bandits have learnt: by task and alias how many answers were good and how many were not. JSON. */
export type Learnt = Readonly<Record<string, Readonly<Record<string, readonly [good: number, bad: number]>>>>;

/** How a policy learns from feedback. */
export interface BanditOptions {
  /** What another process, or an earlier one, learnt. */
  readonly learnt?: Learnt;
  /** How good an answer was, 0 to 1; undefined: it is not counted. Default: the measure `score`, where it is from 0 to 1. */
  readonly reward?: (measures: Readonly<Record<string, number>>) => number | undefined;
}

/** What a policy is made from. */
export interface PolicyOptions extends Constraints {
  /** Aliases. Among equals the first of the list is chosen. */
  readonly among: readonly string[];
  /** Default `cheapest`. */
  readonly objective?: Objective;
  /**
   * The first whose `when` a request meets goes for it. Default: `best` for code, mathematics and what asks for much thought. An empty list: none.
   */
  readonly rules?: readonly Rule[];
  /** Quality tiers, 1 to 4, by alias, `provider/model`, or either with a `*` at its end, over the list that comes with this package. */
  readonly tiers?: Readonly<Record<string, number>>;
  /** Says what kind of request it is, in place of the words: by an embedding or a small model. A short label, without content. What fails or takes too long is not waited for. */
  readonly classify?: (request: ClassifyRequest) => string | Promise<string>;
  /** How long that may take. Default 200 ms. */
  readonly classifyWithin?: Duration;
  /** Chooses by feedback (Thompson sampling) and not by an objective. Needs `feedback: true`. */
  readonly bandit?: boolean | BanditOptions;
}
