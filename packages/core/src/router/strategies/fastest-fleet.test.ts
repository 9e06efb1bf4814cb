import { describe, expect, it } from 'vitest';
import { seeded } from '../../kit/seeded.ts';
import { type Deployment, tiersOf } from '../deployment.ts';
import { Health } from '../health.ts';
import type { Alias } from '../plan.ts';
import { planFor } from '../planner.ts';
import type { Question } from '../question.ts';
import { fastest } from './fastest.ts';

const REQUESTS = 20_000;
/** Milliseconds between two requests on average, and of a call on average. */
const EVERY = 10;
const LASTS = 200;

interface Call {
  readonly begun: number;
  readonly at: number;
  readonly health: Health;
}

/**
 * The waits for the first token of a fleet of three, of which one is ten times slower from a moment on, sorted. `knowing`: an oracle that never asks it again
 * from that moment on.
 */
function waits(seed: number, knowing: boolean): number[] {
  const random = seeded(seed);
  const deployments = [0, 1, 2].map(
    (id) => ({ id: `d${id}`, weight: 1, order: 0, health: new Health() }) as Deployment,
  );
  const aliasOf = (some: readonly Deployment[]) =>
    ({
      name: 'm',
      deployments: some,
      tiers: tiersOf(some),
      strategy: fastest,
      retries: 0,
      fallbacks: [],
    }) as unknown as Alias;
  const [all, sound] = [aliasOf(deployments), aliasOf(deployments.slice(1))];
  const fleet = { aliases: new Map(), cap: 1, turn: () => 0 };
  const slowFrom = random() * REQUESTS * EVERY;
  const open: Call[] = [];
  const waited: number[] = [];
  let now = 0;
  for (let request = 0; request < REQUESTS; request++) {
    now += -Math.log(1 - random()) * EVERY;
    open.sort((a, b) => a.at - b.at);
    while (open[0] !== undefined && open[0].at <= now) {
      const { at, begun, health } = open.shift() as Call;
      health.spoke(at - begun, at);
      health.end(undefined, false, at - begun, 100, 100, at);
    }
    const question: Question = { model: 'm', caller: '', tags: [], stream: true, input: 100, output: 0, now, seed: 0 };
    const slow = now >= slowFrom;
    const [planned] = planFor(slow && knowing ? sound : all, question, fleet, random);
    if (planned === undefined) throw new Error('nobody to ask');
    const { health, id } = planned.deployment;
    // Around the average, as sums of many small things are.
    const lasts = LASTS * (0.5 + (random() + random() + random()) / 3) * (slow && id === 'd0' ? 10 : 1);
    health.begin(now);
    open.push({ begun: now, at: now + lasts, health });
    waited.push(lasts);
  }
  return waited.sort((a, b) => a - b);
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;

describe('fastest, where one of three turns ten times slower at a random moment', () => {
  it.each([1, 2, 3, 4, 5])('has a p99 within 1.3 times that of an oracle (seed %i)', (seed) => {
    expect(p99(waits(seed, false)) / p99(waits(seed, true))).toBeLessThan(1.3);
  });
});
