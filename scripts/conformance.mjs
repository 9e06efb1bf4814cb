/**
 * `npm run conformance [-- --only text] [--out file] [--readable-spec]`: an outside measure of translation. The harness and its recordings are not part
 * of the repository; POSTERN_CONFORMANCE names their folder (default: shared/conformance beside the repository).
 * The last line is this script's own: what conformance-schema.mjs reads from the harness' result. `--readable-spec` is explained there.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeSpecReadable, schemaLine } from './conformance-schema.mjs';
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
symlinkSync(join(harness, 'fixtures'), join(place, 'fixtures'), 'junction');
cpSync(join(harness, 'spec'), join(place, 'spec'), { recursive: true });

const given = process.argv.slice(2).filter((argument) => argument !== '--readable-spec');
if (process.argv.includes('--readable-spec')) console.log(makeSpecReadable(place));
const at = given.indexOf('--out');
const out = at < 0 ? join(place, 'result.json') : resolve(root, given[at + 1] ?? '');
const rest = at < 0 ? given : given.toSpliced(at, 2);
const gateway = rest.includes('--gateway') ? [] : ['--gateway', 'ours'];
const { code } = await node([join(place, 'src/run-conformance.mjs'), ...gateway, ...rest, '--out', out], {
  env: { GATEWAY_CMD: process.env.GATEWAY_CMD ?? 'node test/conformance/server.mjs' },
});
if (existsSync(out)) console.log(await schemaLine(harness, JSON.parse(readFileSync(out, 'utf8'))));
process.exitCode = code;
