/**
 * `npm run test:packed`: packs every package as it would be published, looks into the tarballs, installs them into an empty folder with npm and
 * runs test/packed/smoke.mjs there. A workspace hides what this finds: files left out, a dependency undeclared, `workspace:*` left in.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, must, pack, root, run, tool } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'postern-packed-'));
try {
  await everything();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function everything() {
  const rooms = readdirSync(join(root, 'packages')).filter((room) => has(`packages/${room}/dist`));
  const tarballs = {};
  for (const room of rooms) {
    const { name } = JSON.parse(readFileSync(join(root, 'packages', room, 'package.json'), 'utf8'));
    tarballs[name] = await pack(room, folder);
    await lookInto(tarballs[name]);
  }

  const limits = { capture: true, env: { POSTERN_PACK_FOLDER: folder } };
  const size = await tool('size-limit', [], limits);
  console.log(size.output.trim());
  await must(Promise.resolve(size), 'size limit');

  const local = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  const dependencies = { ...local, express: version('express'), fastify: version('fastify'), koa: version('koa') };
  const manifest = { private: true, type: 'module', dependencies, overrides: local };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await must(
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, capture: true }),
    'npm install',
  );
  copyFileSync(join(root, 'test/packed/smoke.mjs'), join(folder, 'smoke.mjs'));
  await must(run(process.execPath, ['smoke.mjs'], { cwd: folder }), 'smoke test');
  console.log(`packed: ${rooms.join(', ')}`);
}

async function lookInto(tarball) {
  const { output } = await run('tar', ['-tzf', tarball], { capture: true });
  const wrong = output
    .split('\n')
    .filter((file) => /\.test\.|type-test|\.tsbuildinfo|\.map$|\/src\/|fixtures/.test(file));
  if (wrong.length > 0) throw new Error(`${tarball} holds files that belong in no package:\n${wrong.join('\n')}`);
  if (!/dist\/.*\.js/.test(output)) throw new Error(`${tarball} holds no built file:\n${output}`);
}

function version(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}
