import type { PolicyFeedback } from '@postern/core';
import type { BanditOptions, Learnt } from './options.ts';

/** Answers that are remembered of one alias at one task: with more the older count less, so that what changes is noticed. */
const MOST_ANSWERS = 500;
/** Tasks that are told apart; labels come from a classifier, which may never end to find new ones. */
const MOST_TASKS = 200;

type Counts = Map<string, readonly [good: number, bad: number]>;

/** What feedback says of each alias at each task. Of this process. */
export class Bandit {
  readonly #reward: NonNullable<BanditOptions['reward']>;
  readonly #known = new Map<string, Counts>();

  constructor({ learnt = {}, reward = byScore }: BanditOptions) {
    this.#reward = reward;
    this.load(learnt);
  }

  /** Counts an answer. */
  learn({ alias, measures, task }: PolicyFeedback): void {
    const reward = this.#reward(measures);
    if (reward === undefined || !(reward >= 0 && reward <= 1)) return;
    const known = this.#of(task);
    const [good, bad] = known?.get(alias) ?? [0, 0];
    const kept = Math.min(1, (MOST_ANSWERS - 1) / (good + bad));
    known?.set(alias, [good * kept + reward, bad * kept + 1 - reward]);
  }

  /** What is known of a task now. */
  of(task: string): Readonly<Record<string, readonly [good: number, bad: number]>> {
    return Object.fromEntries(
      [...(this.#known.get(task) ?? [])].map(([alias, [good, bad]]) => [alias, [round(good), round(bad)]]),
    );
  }

  save(): Learnt {
    return Object.fromEntries([...this.#known.keys()].map((task) => [task, this.of(task)]));
  }

  /** In place of what was known. */
  load(learnt: Learnt): void {
    this.#known.clear();
    for (const [task, counts] of Object.entries(learnt)) {
      const known = this.#of(task);
      for (const [alias, [good, bad]] of Object.entries(counts))
        if (good >= 0 && bad >= 0) known?.set(alias, [good, bad]);
    }
  }

  #of(task: string): Counts | undefined {
    const known = this.#known.get(task);
    if (known !== undefined || this.#known.size >= MOST_TASKS) return known;
    const made: Counts = new Map();
    this.#known.set(task, made);
    return made;
  }
}

const byScore = ({ score }: Readonly<Record<string, number>>): number | undefined => score;
const round = (count: number): number => Math.round(count * 1000) / 1000;
