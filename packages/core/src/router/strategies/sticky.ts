import type { StickyBy } from '../../config/strategy-names.ts';
import { hashOf, mixed } from '../../kit/hash.ts';
import type { Deployment, Tier } from '../deployment.ts';
import type { Question } from '../question.ts';
import type { Choice, Strategy } from './strategy.ts';

/**
 * What belongs together goes to one place, by what each place makes of its hash: nothing is remembered, so all processes agree, and it stays however long a
 * provider keeps its prompts. `otherwise`: the strategy of requests that have nothing to stick by.
 */
export const sticky = (by: StickyBy, otherwise: Strategy): Strategy => ({
  name: `sticky by ${by}`,
  ...(by === 'caller' ? {} : { asks: by }),
  pick(tier, choice) {
    const key = KEYS[by](choice.question);
    return key === undefined ? otherwise.pick(tier, choice) : home(tier, choice, key);
  },
});

const KEYS: Readonly<Record<StickyBy, (question: Question) => number | undefined>> = {
  session: ({ session }) => session,
  caller: ({ caller }) => (caller === '' ? undefined : hashOf(caller)),
  prompt: ({ prompt }) => prompt,
};

const RANGE = 2 ** 32;

/**
 * Rendezvous hashing: each deployment draws from the key and itself, and the best draw for its weight wins. One that rests or leaves gives away its own keys
 * only, and has them back when it returns.
 */
function home({ deployments }: Tier, choice: Choice, key: number): Deployment | undefined {
  let best: Deployment | undefined;
  let bestDraw = 0;
  for (const one of deployments) {
    const draw = mixed(key ^ one.hash);
    if (best !== undefined && !beats(draw, one.weight, bestDraw, best.weight)) continue;
    if (!choice.allows(one)) continue;
    best = one;
    bestDraw = draw;
  }
  return best;
}

const beats = (draw: number, weight: number, other: number, otherWeight: number): boolean =>
  weight === otherWeight ? draw > other : logOf(draw) * otherWeight > logOf(other) * weight;

const logOf = (draw: number): number => Math.log((draw + 0.5) / RANGE);
