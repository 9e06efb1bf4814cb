/** The lockfile names packages by version and hash only: an address in it would tie the project to one registry. */
import { readFileSync } from 'node:fs';

const text = readFileSync('pnpm-lock.yaml', 'utf8');
const lines = text.split('\n');
const found = lines.flatMap((line, index) =>
  /https?:\/\/|tarball:|git\+/.test(line) ? [`pnpm-lock.yaml:${index + 1}: ${line.trim()}`] : [],
);
for (const line of found) console.error(line);
console.log(`lockfile: ${lines.length} lines, ${found.length} addresses`);
process.exit(found.length > 0 ? 1 : 0);
