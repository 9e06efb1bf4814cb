import { Recent } from '../kit/recent.ts';
import type { Condition } from '../router/condition.ts';
import type { Question } from '../router/question.ts';
import type { Outcome } from './outcome.ts';

/** How a request was, or would be, served: names and numbers, no URL, no key and nothing of its content. Times are ms since the epoch. */
export interface Explanation {
  readonly id: string;
  readonly operation: string;
  /** As the client asked for it. */
  readonly model: string;
  /** Of the part of the configuration that decides: the same as long as that is. */
  readonly policy: string | undefined;
  /** What the router was asked, with its clock and seed; undefined where the path of the request says where it goes, or it came to no plan. */
  readonly question: Question | undefined;
  /** Every deployment that was looked at. */
  readonly candidates: readonly Candidate[];
  /** Whom to ask, in order. */
  readonly plan: readonly Planned[];
  /** Calls that were made. */
  readonly attempts: readonly Made[];
  readonly dropped: readonly string[];
  readonly inserted: readonly string[];
  /** undefined: nothing was called, since it was only asked how it would be served. */
  readonly outcome: Outcome | undefined;
  /** Code of the error that the client got. */
  readonly error: string | undefined;
  /** In dollars; undefined where no price is known. */
  readonly cost: string | undefined;
}

/** A deployment that the request could have gone to. */
export interface Candidate {
  readonly deployment: string;
  /** `provider/model`. */
  readonly model: string;
  readonly weight: number;
  readonly order: number;
  /** How it fared at that moment: what the strategy goes by. */
  readonly condition: Condition;
  /** What its strategy goes by, where that is a number: the least is asked first. */
  readonly score: number | undefined;
  /** Why it was not asked, or would not be; undefined: nothing spoke against it. */
  readonly out: string | undefined;
}

/** An attempt of the plan, with its time limits in ms. */
export interface Planned {
  readonly deployment: string;
  readonly model: string;
  readonly reason: string;
  readonly firstToken: number;
  readonly idle: number;
  readonly total: number;
  /** What the target can't express, requires, or why it can't serve the request at all; of a dry run only. */
  readonly dropped?: readonly string[];
  readonly inserted?: readonly string[];
  readonly refused?: string;
}

/** A call that was made. */
export interface Made {
  readonly deployment: string;
  readonly model: string;
  readonly outcome: Outcome;
  /** Its kind. */
  readonly fault: string | undefined;
  readonly status: number | undefined;
  readonly startedAt: number;
  readonly firstTokenAt: number | undefined;
  readonly endedAt: number;
  readonly cost: string | undefined;
}

/** What is remembered of requests, by their id: for the callers that made them. */
export class Explained {
  readonly keep: number;
  readonly #known: Recent<string, { readonly caller: string; readonly told: Explanation }>;

  constructor(keep: number) {
    this.keep = keep;
    this.#known = new Recent(keep);
  }

  add(caller: string, told: Explanation): void {
    this.#known.set(told.id, { caller, told });
  }

  /** undefined: forgotten, or of somebody else. */
  of(caller: string | undefined, id: string): Explanation | undefined {
    const found = this.#known.get(id);
    return found !== undefined && found.caller === caller ? found.told : undefined;
  }
}
