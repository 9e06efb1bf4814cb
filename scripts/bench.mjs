/** `npm run bench [-- arguments]`: the comparisons in bench/. They print figures and assert nothing. */
import { build, has, install, must, node } from './lib.mjs';

if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');
const args = process.argv.slice(2);
const { code } = await node([args.includes('--peers') ? 'bench/peers.mjs' : 'bench/run.mjs', ...args]);
process.exitCode = code;
