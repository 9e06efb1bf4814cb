/** `npm run check`: every check that isn't a test. `--built` says that the build is fresh. */

import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { build, has, install, must, node, tool } from './lib.mjs';

if (!process.argv.includes('--built')) {
  if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
  await must(build(), 'build');
}

const capture = { capture: true };
const packages = readdirSync('packages').filter((room) => has(`packages/${room}/package.json`));
const checks = [
  ['types of the tests', () => tool('tsc', ['-p', 'tsconfig.test.json', '--pretty'], capture)],
  [
    'biome',
    () =>
      tool(
        'biome',
        ['ci', '--error-on-warnings', '--diagnostic-level=warn', '--max-diagnostics=40', '--colors=off', '.'],
        capture,
      ),
  ],
  ['import rule', () => node(['scripts/check-imports.mjs'], capture)],
  ['built files', () => node(['scripts/check-bundle.mjs'], capture)],
  ['vendor names', () => node(['scripts/check-vendors.mjs'], capture)],
  ['purity', () => node(['scripts/check-purity.mjs'], capture)],
  ['lockfile', () => node(['scripts/check-lockfile.mjs'], capture)],
  ['generated files', () => node(['scripts/gen.mjs', '--check'], capture)],
  ['knip', () => tool('knip', ['--no-progress'], capture)],
  ...packages.map((room) => [`package ${room}`, () => node(['scripts/check-package.mjs', room], capture)]),
];

const failed = [];
await Promise.all(Array.from({ length: Math.max(2, cpus().length) }, worker));
if (failed.length > 0) console.error(`\n${failed.length} of the checks failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function worker() {
  for (let check = checks.shift(); check; check = checks.shift()) {
    const [name, step] = check;
    const started = Date.now();
    const { code, output } = await step();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (code === 0) continue;
    failed.push(name);
    console.error(output.trimEnd());
  }
}
