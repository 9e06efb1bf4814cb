/** Runs the smoke test of the built packages on other Node versions: `node scripts/node-matrix.mjs [22 24 26]`. */
import { run } from './lib.mjs';

const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : ['22', '24', '26'];

let failed = 0;
for (const version of versions) {
  const { code } = await run('npx', ['-y', '-p', `node@${version}`, 'node', 'test/packed/smoke.mjs', `v${version}.`]);
  console.log(`Node ${version}: ${code === 0 ? 'ok' : `failed (exit code ${code})`}`);
  if (code !== 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
