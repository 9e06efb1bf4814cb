/**
 * `npm run proof:money [-- --short] [--only=streams,kill]`: nothing overspent, nothing lost, nothing counted twice. Real servers, processes and
 * sockets, and the upstream's own count for the truth. Each proof says what it counted; the last line says it of all. Exit code 1 when one failed.
 */
import { away } from './away.mjs';
import { cent } from './cent.mjs';
import { figures } from './figures.mjs';
import { firstCalls } from './first-calls.mjs';
import { kill } from './kill.mjs';
import { report } from './kit/report.mjs';
import { mustHaveServers } from './kit/services.mjs';
import { storeCases } from './store-cases.mjs';
import { streams } from './streams.mjs';
import { terminate } from './terminate.mjs';
import { windows } from './windows.mjs';

const PROOFS = {
  cases: storeCases,
  streams,
  cent,
  windows,
  first: firstCalls,
  kill,
  terminate,
  away,
  figures,
};

const args = process.argv.slice(2);
const short = args.includes('--short');
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const seed = Number(args.find((arg) => arg.startsWith('--seed='))?.slice('--seed='.length) ?? Date.now() % 1_000_000);

mustHaveServers();
console.log(`proof:money, ${short ? 'short' : 'long'}, seed ${seed}`);
const said = report();
for (const [name, proof] of Object.entries(PROOFS)) {
  if (only !== undefined && !only.includes(name)) continue;
  await said.during(name, () => proof({ short, seed, say: said.say }));
}
console.log(said.last());
process.exitCode = said.failed() > 0 ? 1 : 0;
