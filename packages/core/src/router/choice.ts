import { isUsable } from './condition.ts';
import type { Alias, Deployment, Tier } from './plan.ts';
import type { Question } from './question.ts';

/** The choice among an alias's deployments for one question, one after the other. */
export class Choice {
  readonly question: Question;
  readonly alias: Alias;
  /** How many plans were made for the alias before. */
  readonly turn: number;
  readonly random: () => number;
  readonly taken: Deployment[] = [];

  constructor(question: Question, alias: Alias, turn: number, random: () => number) {
    this.question = question;
    this.alias = alias;
    this.turn = turn;
    this.random = random;
  }

  /** May the strategy pick it? */
  allows(deployment: Deployment): boolean {
    return isUsable(deployment.health, this.question.now) && !this.taken.includes(deployment);
  }

  /** The deployment to ask next; undefined: none is left. */
  next(): Deployment | undefined {
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
