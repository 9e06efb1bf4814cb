/**
 * `npm run gen`: runs every scripts/gen/*.mjs. Each writes the files it owns; with `--check` it writes nothing and exits with 1 when one of
 * them is not what it would write.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { node, root } from './lib.mjs';

const folder = join(root, 'scripts', 'gen');
const generators = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.mjs'))
      .sort()
  : [];

let failed = 0;
for (const name of generators) {
  const { code } = await node([`scripts/gen/${name}`, ...process.argv.slice(2)]);
  if (code !== 0) failed += 1;
}
console.log(`gen: ${generators.length} generators, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
