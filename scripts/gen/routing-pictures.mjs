/**
 * docs/routing/*.svg: a picture of each strategy, made by the simulator: which deployment the calls of each moment went to, and which of them failed. The same seeds
 * give the same pictures. `--check` writes nothing and exits with 1 when a file on disk is not what would be written. Needs the build.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib.mjs';
import { drawn } from '../pictures/draw.mjs';
import { SCENES } from '../pictures/scenes.mjs';

const folder = join(root, 'docs/routing');
const checks = process.argv.includes('--check');
if (!checks) mkdirSync(folder, { recursive: true });

const stale = [];
for (const [name, scene] of Object.entries(SCENES)) {
  const file = join(folder, `${name}.svg`);
  const text = drawn(scene);
  if (!checks) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) stale.push(`docs/routing/${name}.svg`);
}
if (stale.length > 0) {
  console.error(`not what the simulator draws: ${stale.join(', ')}; run npm run gen`);
  process.exit(1);
}
if (!checks) console.log(`docs/routing: ${Object.keys(SCENES).length} pictures`);
