/**
 * `npm run proof:seeds -- [--seeds 10000] [--from 1] [--state FILE]`: the real line under faults that follow from seeds. With a state file a run goes on where
 * the last one ended. `--seed N` plays one seed and says all that happened. A seed that fails is printed; exit code 1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { play } from '../../test/seeds/world.mjs';

const args = process.argv.slice(2);
const given = (name) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
};
/** Seeds between two writings of the state. */
const EVERY = 1_000;

const one = given('seed');
if (one !== undefined) {
  const { problems, told } = await play(Number(one));
  console.log(told);
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  process.exit(problems.length > 0 ? 1 : 0);
}

const file = given('state');
const before = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const state = before ?? { next: Number(given('from') ?? 1), seeds: 0, requests: 0, calls: 0, failed: [] };
const last = state.next + Number(given('seeds') ?? 10_000) - 1;
const begun = performance.now();

for (let seed = state.next; seed <= last; seed++) {
  const { calls, problems, requests } = await play(seed).catch((error) => ({
    problems: [error.stack],
    calls: 0,
    requests: 0,
  }));
  for (const problem of problems) console.log(`seed ${seed}: ${problem}`);
  if (problems.length > 0) state.failed.push(seed);
  state.next = seed + 1;
  state.seeds++;
  state.calls += calls;
  state.requests += requests;
  if (seed % EVERY === 0 || seed === last) save();
}
const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
console.log(
  `${state.seeds} seeds, ${state.requests} requests, ${state.calls} calls: ${state.failed.length} seeds failed${state.failed.length > 0 ? ` (${state.failed.slice(0, 20).join(', ')})` : ''}; ${seconds} s`,
);
process.exitCode = state.failed.length > 0 ? 1 : 0;

function save() {
  if (file !== undefined) writeFileSync(file, JSON.stringify(state));
}
