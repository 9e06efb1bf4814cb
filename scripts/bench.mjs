/** `npm run bench [-- arguments]`: the comparisons in bench/. They print figures and assert nothing. */
import { build, has, install, must, node } from './lib.mjs';

if (!has('bench/run.mjs')) {
  console.error('there is no bench/run.mjs yet');
  process.exit(2);
}
if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');
const { code } = await node(['bench/run.mjs', ...process.argv.slice(2)]);
process.exitCode = code;
