import type { Candidate, CustomStrategy } from '../../config/custom-strategy.ts';
import type { Log } from '../../config/types.ts';
import { textOf } from '../../kit/text-of.ts';
import type { Deployment, Tier } from '../deployment.ts';
import type { Choice, Strategy } from './strategy.ts';
import { weighted } from './weighted.ts';

/** Milliseconds between two warnings about the same function. */
const QUIET = 60_000;

/** A function of the host's. What it throws or names wrongly is a warning, and the pick is then a weighted one. */
export function custom(name: string, pickBy: CustomStrategy, log: Pick<Log, 'warn'>): Strategy {
  let warned = Number.NEGATIVE_INFINITY;
  const warn = (now: number, cause: string): void => {
    if (now < warned + QUIET) return;
    warned = now;
    log.warn('a strategy of the host failed; picked by weight instead', { strategy: name, cause });
  };
  return {
    name,
    pick(tier, choice) {
      const left = tier.deployments.filter((one) => choice.allows(one));
      if (left.length === 0) return undefined;
      try {
        const picked = named(left, pickBy(left.map(candidateOf), choice.question));
        if (picked !== undefined) return picked;
        warn(choice.question.now, 'it named no candidate');
      } catch (error) {
        warn(choice.question.now, textOf(error));
      }
      return anyOf(tier, choice);
    },
  };
}

const anyOf = (tier: Tier, choice: Choice): Deployment | undefined => weighted.pick(tier, choice);

function named(left: readonly Deployment[], ids: unknown): Deployment | undefined {
  const [first] = Array.isArray(ids) ? (ids as readonly unknown[]) : [];
  return left.find(({ id }) => id === first);
}

function candidateOf({ id, name, weight, order, rpm, tpm, health }: Deployment): Candidate {
  const { open, firstToken, perToken, calls, tokens, failing } = health;
  return { id, model: name, weight, order, rpm, tpm, open, firstToken, perToken, calls, tokens, failing };
}
