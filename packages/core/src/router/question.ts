import type { Need } from '../chat/needs.ts';
import type { PolicyView } from '../config/routing-policies.ts';

/** Tokens of an answer as far as its cost is estimated: the client's bound, and so many where it set none. */
export const answerTokens = (bound: number | undefined): number => bound || 1_000;

/** What the router is asked: all that a decision is made from besides the configuration and the condition of deployments, and all of it data. */
export interface Question {
  /** As the client asked for it. */
  readonly model: string;
  /** Id of the caller; '' for nobody. */
  readonly caller: string;
  readonly tags: readonly string[];
  /** Aliases that the request names in place of the configured fallbacks; an empty list: none. Absent: as configured. */
  readonly fallbacks?: readonly string[];
  /** Tags that the request asks for by itself: whatever serves it carries them. */
  readonly wanted?: readonly string[];
  /** Where the caller may be served; absent: anywhere. */
  readonly regions?: readonly string[];
  readonly stream: boolean;
  /** Tokens of the prompt, estimated, and the client's bound on the answer; 0: none. */
  readonly input: number;
  readonly output: number;
  /** 32 bits of the session, and of the beginning of the prompt: where a strategy of the alias asks for them, and the request has any. */
  readonly session?: number | undefined;
  readonly prompt?: number | undefined;
  /** What a model must be capable of, and tokens of the text, estimated: where one of several deployments may not serve every request. */
  readonly needs?: readonly Need[];
  readonly text?: number;
  /** Ids of the deployments that have, or must not have, what the request names; absent: it names nothing that a provider keeps. */
  readonly places?: readonly string[];
  /** Of a question of the past: how far the gray release of its alias was. */
  readonly percent?: number;
  /** Of a policy that is asked for: what it read out of the request, and those of its aliases that the caller may use. */
  readonly policy?: { readonly view: PolicyView; readonly among: readonly string[] } | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** 32 bits, from which every random number of the decision comes. */
  readonly seed: number;
}
