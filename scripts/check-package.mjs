/** Is the packed package right for whoever installs it? publint and attw look at the tarball that pnpm makes (npm would leave `workspace:*`). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, tool } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'postern-pack-'));
const tarball = await pack(process.argv[2], folder);
const results = [
  await tool('publint', ['run', tarball, '--strict'], { capture: true }),
  await tool('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], { capture: true }),
];
rmSync(folder, { recursive: true, force: true });
for (const { code, output } of results) if (code !== 0) console.error(output);
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
