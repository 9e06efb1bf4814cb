/**
 * `npm run conformance [-- --only text]`: an outside measure of translation. The harness and its recordings are not part of the repository;
 * POSTERN_CONFORMANCE names their folder (default: shared/conformance beside the repository).
 */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, has, install, must, node, root } from './lib.mjs';

const harness = resolve(root, process.env.POSTERN_CONFORMANCE ?? '../shared/conformance');
if (!existsSync(join(harness, 'src/run-conformance.mjs'))) {
  console.error(`no conformance harness in ${harness}: set POSTERN_CONFORMANCE to its folder`);
  process.exit(2);
}
if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');

// Its code is copied to where the packages it imports are found; its data stays where it is.
const place = join(root, 'node_modules/.cache/conformance');
rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
cpSync(join(harness, 'src'), join(place, 'src'), { recursive: true });
cpSync(join(harness, 'package.json'), join(place, 'package.json'));
for (const folder of ['fixtures', 'spec']) symlinkSync(join(harness, folder), join(place, folder), 'junction');

const gateway = process.argv.includes('--gateway') ? [] : ['--gateway', 'ours'];
const { code } = await node([join(place, 'src/run-conformance.mjs'), ...gateway, ...process.argv.slice(2)], {
  env: { GATEWAY_CMD: process.env.GATEWAY_CMD ?? 'node test/conformance/server.mjs' },
});
process.exitCode = code;
