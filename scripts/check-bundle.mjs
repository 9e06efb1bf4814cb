/**
 * Core's built files: does each entry that is not Node's own load without Node and undici, and is every file of dist loaded by an entry? The
 * import rule looks at the sources; which of them share a file is the bundler's choice.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';
import config from '../packages/core/rolldown.config.mjs';

const dist = config.output.dir;
const entries = Object.keys(config.input).map((name) => `${name}.js`);
const built = readdirSync(dist, { recursive: true })
  .map((file) => file.replaceAll(sep, '/'))
  .filter((file) => file.endsWith('.js'));

const found = [];
const used = new Set();
for (const entry of entries) {
  const allowed = entry.startsWith('node/') ? /^(zod|undici|ws|@postern\/models|node:.+)$/ : /^(zod|@postern\/models)$/;
  for (const [file, imports] of reach(entry)) {
    used.add(file);
    for (const name of imports.filter((name) => !allowed.test(name))) found.push(`${entry} loads ${name}, by ${file}`);
  }
}
for (const file of built) if (!used.has(file)) found.push(`${file} is loaded by no entry`);

for (const line of found) console.error(line);
console.log(`bundle: ${entries.length} entries, ${built.length} files, ${found.length} violations`);
process.exit(found.length > 0 || entries.length === 0 ? 1 : 0);

/** Every file that an entry loads, with the packages that the file imports. */
function reach(file, seen = new Map()) {
  const names = ts.preProcessFile(readFileSync(join(dist, file), 'utf8')).importedFiles.map(({ fileName }) => fileName);
  seen.set(
    file,
    names.filter((name) => !name.startsWith('.')),
  );
  for (const name of names.filter((name) => name.startsWith('.'))) {
    const next = posix.join(posix.dirname(file), name);
    if (!seen.has(next)) reach(next, seen);
  }
  return seen;
}
