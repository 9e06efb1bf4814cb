import type { Deployment, Tier } from '../deployment.ts';
import type { Question } from '../question.ts';

/** The choice that a strategy makes. */
export interface Choice {
  readonly question: Question;
  /** How many plans were made for the alias before. */
  readonly turn: number;
  /** Uniform in [0, 1), from the question's seed. */
  readonly random: () => number;
  /** May it be picked? It may not while it rests, or when it was picked before. */
  allows(deployment: Deployment): boolean;
}

/**
 * Writes what each deployment counts for a question: the least is picked. A loop of its own in each strategy, which is several times as fast as a
 * function that is passed in.
 */
export type Scoring = (of: Pick<Tier, 'deployments'>, question: Question, scores: Float64Array) => void;

/** How one of several deployments is picked. Pure: decides from the tier, the condition of its deployments and the choice, and nothing else. */
export interface Strategy {
  /** As configured, and as reasons name it. */
  readonly name: string;
  /** What the question has to say of a request, which nobody looks for otherwise. */
  readonly asks?: 'session' | 'prompt';
  /** One of the tier's deployments that the choice allows; undefined: there is none. Asked again for each further attempt. */
  pick(tier: Tier, choice: Choice): Deployment | undefined;
  /** Of one that picks the least of something, for whoever asks why. */
  readonly scores?: Scoring;
}
