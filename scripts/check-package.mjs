/** Is the packed package right for whoever installs it? publint and attw look at the tarball that pnpm makes (npm would leave `workspace:*`). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { pack, tool } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'postern-pack-'));
const tarball = await pack(process.argv[2], folder);
const results = [
  await tool('publint', ['run', tarball, '--strict'], { capture: true }),
  await tool('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], { capture: true }),
];
const lost = lostTypes();
rmSync(folder, { recursive: true, force: true });
for (const line of lost) console.error(line);
for (const { code, output } of results) if (code !== 0) console.error(output);
process.exitCode = lost.length > 0 || results.some(({ code }) => code !== 0) ? 1 : 0;

/** Types in the package that import what is not in it: `files` leaves out those of sources that no entry tells of. */
function lostTypes() {
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  const dist = join(folder, 'package', 'dist');
  const lost = [];
  for (const entry of readFileSync(join(folder, 'package', 'package.json'), 'utf8').matchAll(
    /"\.\/dist\/([^"]+\.d\.ts)"/g,
  ))
    reach(join(dist, entry[1]), new Set(), lost);
  return lost;
}

function reach(file, seen, lost) {
  if (seen.has(file)) return;
  seen.add(file);
  if (!existsSync(file)) {
    lost.push(`${file.slice(folder.length)} is not in the package`);
    return;
  }
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles)
    if (fileName.startsWith('.')) reach(join(dirname(file), fileName.replace(/\.[jt]s$/, '.d.ts')), seen, lost);
}
