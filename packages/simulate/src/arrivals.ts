import type { DecisionRecord, Question } from '@postern/core/routing';
import { type Random, sampler } from './distribution.ts';
import type { Arrivals } from './traffic.ts';

/** A request that comes; `now` of its question is the moment, and `answer` what it will take: tokens. */
export interface Arrival {
  readonly question: Question;
  readonly answer: number;
}

const NO_TAGS: readonly string[] = Object.freeze([]);
const OUTPUT = 200;
const INPUT = 1_000;

/** `start`: ms since the epoch. */
export function* arrivalsOf(
  given: Arrivals | readonly DecisionRecord[],
  start: number,
  random: Random,
): Generator<Arrival, undefined> {
  if ('perSecond' in given) yield* drawn(given, start, random);
  else yield* recorded(given, start);
}

function* drawn(given: Arrivals, start: number, random: Random): Generator<Arrival, undefined> {
  const { callers = 1_000, input = INPUT, model, output = OUTPUT, perSecond, requests, stream = 1 } = given;
  if (!(perSecond > 0)) throw new RangeError('perSecond must be above 0');
  const [tokensIn, tokensOut, pause] = [sampler(input), sampler(output), sampler({ exponential: 1_000 / perSecond })];
  const name = typeof model === 'string' ? () => model : nameOf(model);
  let now = start;
  for (let count = 0; count < requests; count++) {
    now += pause(random);
    yield {
      question: {
        model: name(random),
        caller: `caller-${Math.floor(random() * callers)}`,
        tags: NO_TAGS,
        stream: random() < stream,
        input: Math.round(tokensIn(random)),
        output: 0,
        now,
        seed: Math.floor(random() * 2 ** 32),
      },
      answer: Math.max(1, Math.round(tokensOut(random))),
    };
  }
}

function nameOf(shares: Readonly<Record<string, number>>): (random: Random) => string {
  const names = Object.entries(shares);
  const all = names.reduce((sum, [, share]) => sum + share, 0);
  return (random) => {
    let left = random() * all;
    for (const [name, share] of names) {
      left -= share;
      if (left < 0) return name;
    }
    return names.at(-1)?.[0] ?? '';
  };
}

/** The answer is taken to be as long as its bound; without one, as {@link OUTPUT}. */
function* recorded(records: readonly DecisionRecord[], start: number): Generator<Arrival, undefined> {
  const first = records[0]?.question.now ?? 0;
  for (const { question } of records)
    yield {
      question: { ...question, now: start + Math.max(0, question.now - first) },
      answer: question.output > 0 ? question.output : OUTPUT,
    };
}
