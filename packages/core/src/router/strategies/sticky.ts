import type { StickyBy } from '../../config/strategy-names.ts';
import { hashOf, mixed } from '../../kit/hash.ts';
import type { Deployment, Tier } from '../deployment.ts';
import type { Question } from '../question.ts';
import type { Choice, Strategy } from './strategy.ts';

/**
 * What belongs together goes to one place, by what each place makes of its hash: nothing is remembered, so all processes agree, and it stays however long a
 * provider keeps its prompts. `otherwise`: the strategy of requests that have nothing to stick by.
 */
export function sticky(by: StickyBy, otherwise: Strategy): Strategy {
  const keyOf = KEYS[by];
  return {
    name: `sticky by ${by}`,
    ...(by === 'caller' ? {} : { asks: by }),
    pick(tier, choice) {
      const key = keyOf(choice.question);
      return key === undefined ? otherwise.pick(tier, choice) : home(tier, choice, key);
    },
  };
}

const KEYS: Readonly<Record<StickyBy, (question: Question) => number | undefined>> = {
  session: ({ session }) => session,
  caller: ({ caller }) => (caller === '' ? undefined : hashOf(caller)),
  prompt: ({ prompt }) => prompt,
};

const RANGE = 2 ** 32;

/**
 * Rendezvous hashing: each deployment draws a time from the key and itself, exponential and the sooner the more it weighs, and the first wins. One that rests
 * or leaves gives away its own keys only, and has them back when it returns.
 */
function home({ deployments }: Tier, choice: Choice, key: number): Deployment | undefined {
  let best: Deployment | undefined;
  let soonest = Number.POSITIVE_INFINITY;
  for (const one of deployments) {
    const draw = (mixed(key ^ one.hash) + 0.5) / RANGE;
    // -ln(1 - x) is never less than x: most need no logarithm to lose.
    if (draw >= soonest * one.weight) continue;
    const time = -Math.log1p(-draw) / one.weight;
    if (time >= soonest || !choice.allows(one)) continue;
    best = one;
    soonest = time;
  }
  return best;
}
