import { hasRoom, isUsable } from './condition.ts';
import type { Deployment, Tier } from './deployment.ts';
import { fitOf } from './fitting.ts';
import type { Alias } from './plan.ts';
import type { Question } from './question.ts';
import type { Choice } from './strategies/strategy.ts';

/** The choice among an alias's deployments for one question, one after the other. */
export class Picking implements Choice {
  readonly question: Question;
  readonly alias: Alias;
  readonly turn: number;
  readonly random: () => number;
  readonly taken: Deployment[] = [];
  /** Those that are full are picked as well: no other is left. */
  #full = false;
  readonly #fits: ((deployment: Deployment) => boolean) | undefined;

  constructor(question: Question, alias: Alias, turn: number, random: () => number) {
    this.question = question;
    this.alias = alias;
    this.turn = turn;
    this.random = random;
    this.#fits = fitOf(alias, question);
  }

  allows(deployment: Deployment): boolean {
    return (
      isUsable(deployment.health, this.question.now) &&
      (this.#full || hasRoom(deployment.health)) &&
      !this.taken.includes(deployment) &&
      (this.#fits === undefined || this.#fits(deployment))
    );
  }

  /** The deployment to ask next, one with room before one that is full; undefined: none is left. */
  next(): Deployment | undefined {
    const picked = this.#pick();
    if (picked !== undefined || this.#full || this.alias.limited !== true) return picked;
    this.#full = true;
    return this.#pick();
  }

  #pick(): Deployment | undefined {
    for (const tier of this.alias.tiers) {
      const picked = this.#only(tier) ?? this.alias.strategy.pick(tier, this);
      if (picked === undefined) continue;
      this.taken.push(picked);
      return picked;
    }
    return undefined;
  }

  #only({ deployments }: Tier): Deployment | undefined {
    const [only] = deployments;
    return deployments.length === 1 && only !== undefined && this.allows(only) ? only : undefined;
  }
}
