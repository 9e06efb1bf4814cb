import { expect, it } from 'vitest';

/** What came of one run: what was not as it has to be, all that the gateway said of itself, and counts. */
type Play = (seed: number) => Promise<{
  readonly problems: readonly string[];
  readonly told: string;
  readonly calls: number;
  readonly requests: number;
}>;

// A plain module, so that `npm run proof:seeds` runs the same one without a compiler.
const world: string = './world.mjs';
const { play } = (await import(world)) as { readonly play: Play };

/** Ten thousand where time is; a run with another seed is a run of its own, so the first ones say what is broken for sure. */
const SEEDS = process.env['POSTERN_CI'] === '1' ? 10_000 : 300;

it(`holds over ${SEEDS} seeds: one end, one settlement, calls within the cap, none after the answer began, no plan empty while somebody could be asked`, async () => {
  const faulty: string[] = [];
  let calls = 0;
  let requests = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const played = await play(seed);
    for (const problem of played.problems) faulty.push(`seed ${seed}: ${problem}`);
    calls += played.calls;
    requests += played.requests;
  }
  expect(faulty).toEqual([]);
  // Something did go wrong on the way.
  expect(calls).toBeGreaterThan(requests);
}, 600_000);

it('is the same run for the same seed, and another one for another', async () => {
  const [first, again, other] = [await play(4), await play(4), await play(5)];
  expect(again.told).toBe(first.told);
  expect(other.told).not.toBe(first.told);
});
