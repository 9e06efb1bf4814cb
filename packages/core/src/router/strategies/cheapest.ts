import { least, type Score } from './least.ts';
import type { Strategy } from './strategy.ts';

/** Tokens of an answer that the client does not bound, as far as prices are compared by them. */
const ANSWER = 1_000;

const cost: Score = ({ costs }, { question: { input, output, now } }) =>
  costs?.(input, output === 0 ? ANSWER : output, now) ?? Number.POSITIVE_INFINITY;

/** The least money for this request's tokens; what has no known price comes last. */
export const cheapest: Strategy = { name: 'cheapest', pick: (tier, choice) => least(tier, choice, cost) };
