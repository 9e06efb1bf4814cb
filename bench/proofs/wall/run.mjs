/**
 * The fault wall: what providers and leaving clients can do, over real sockets, on three mounts; the upstream's own count is the truth.
 * `npm run proof:wall [-- --short] [-- --only=NAME]`, after `npm run build`. `--short`: Express only, huge faults made small. NAME is a theme, a piece of a title, or a case
 * such as `cut` or `31`. The last line says how many scenarios ended in their declared state, and how many fake successes there were.
 */
import { judge } from './judge.mjs';
import { play } from './play.mjs';
import { SCENARIOS } from './scenarios/index.mjs';

const MOUNTS = ['Express', 'Koa', 'Fastify'];
/** Scenarios that are played at a time; those with timers wait most of theirs. */
const AT_ONCE = 4;
const args = new Map(process.argv.slice(2).map((arg) => arg.replace('--', '').split('=')));
const short = args.has('short');
const only = args.get('only');
const wanted = ({ cases, theme, title }) =>
  only === undefined || theme === only || title.includes(only) || cases.some((one) => String(one) === only);

const begun = performance.now();
const scenarios = Object.entries(SCENARIOS).flatMap(([theme, rows]) => rows.map((row) => ({ theme, ...row })));
const turns = scenarios
  .filter(wanted)
  .flatMap((scenario) =>
    (short ? MOUNTS.slice(0, 1) : (scenario.mounts ?? MOUNTS)).map((mount) => ({ mount, scenario })),
  );
const results = [];
const huge = ({ cases }) => cases.includes('bigline') || cases.includes('bomb');

// What is huge, and what counts on nobody else taking turns of the loop, is played alone.
await playAll(
  turns.filter(({ scenario }) => !alone(scenario)),
  AT_ONCE,
);
await playAll(
  turns.filter(({ scenario }) => alone(scenario)),
  1,
);
function alone(scenario) {
  return huge(scenario) || scenario.leaves !== undefined;
}

const good = results.filter(({ problems }) => problems.length === 0).length;
const fakes = results.reduce((sum, result) => sum + result.fakes.length, 0);
const calls = results.reduce((sum, result) => sum + result.calls, 0);
const late = results.flatMap(({ left }) => left);
const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
if (late.length > 0)
  console.log(`${late.length} clients left: upstream closed after ${Math.max(...late).toFixed(1)} ms at the most`);
console.log(
  `${turns.length} runs of ${new Set(turns.map(({ scenario }) => scenario)).size} scenarios, ${calls} calls upstream, ${seconds} s`,
);
console.log(`${good} of ${results.length} scenarios in their declared state, ${fakes} fake successes`);
process.exitCode = results.length > 0 && good === results.length && fakes === 0 ? 0 : 1;

async function playAll(waiting, atOnce) {
  const next = waiting.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const turn of next) await playOne(turn);
    }),
  );
}

async function playOne({ mount, scenario }) {
  const result = await outcome(mount, scenario);
  results.push(result);
  const holds = result.problems.length + result.fakes.length === 0;
  console.log(
    `${holds ? 'ok    ' : 'FAILED'} ${mount.padEnd(7)} ${scenario.theme}: ${scenario.title} [${scenario.cases.join(' ')}]`,
  );
  for (const fake of result.fakes) console.log(`         FAKE: ${fake}`);
  for (const problem of new Set(result.problems)) console.log(`         ${problem}`);
}

async function outcome(mount, scenario) {
  try {
    const seen = await play(scenario, mount, short || !huge(scenario));
    const requests = seen.phases.flatMap((phase) => phase.requests);
    return {
      ...judge(scenario, seen),
      calls: requests.flatMap(({ calls: made }) => made).length,
      left: requests.flatMap(({ left }) => (left === undefined ? [] : [left.ms])),
    };
  } catch (error) {
    return { problems: [error.stack], fakes: [], calls: 0, left: [] };
  }
}
