/**
 * The JavaScript that is published: a file for each entry of package.json, and a few that entries share, so that each module exists once. Node
 * takes about 0.7 ms to load a file, and core's sources are hundreds (decisions/0004). The types come from tsc.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const root = import.meta.dirname;
const { dependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @type {import('rolldown').RolldownOptions} */
export default {
  cwd: root,
  input: Object.fromEntries(entries().map((name) => [name, `src/${name}.ts`])),
  external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  platform: 'neutral',
  tsconfig: false,
  transform: { target: 'es2022' },
  // A warning means a file that breaks elsewhere, such as one that imports what core doesn't depend on.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  checks: { bundlerTimings: false },
  plugins: [
    {
      name: 'without-descriptions',
      transform: { filter: { id: /\/src\/config\/.*schema\.ts$/ }, handler: undescribed },
    },
    { name: 'without-leftovers', writeBundle: removeLeftovers },
  ],
  output: {
    dir: join(root, 'dist'),
    entryFileNames: '[name].js',
    chunkFileNames,
    // Names of functions and classes are kept, for stack traces and profiles; those of local variables, white space and longer ways to say the same are not,
    // which are a sixth of what is packed. What JSDoc says stands in the types.
    minifyInternalExports: true,
    minify: {
      mangle: { toplevel: true, keepNames: { function: true, class: true } },
      compress: { target: 'es2022', keepNames: { function: true, class: true } },
      codegen: { removeWhitespace: true },
    },
    comments: { jsdoc: false },
  },
};

/** The entries' names below src: each leaf of `exports` that is JavaScript. */
function entries() {
  const leaves = (target) => (typeof target === 'string' ? [target] : Object.values(target).flatMap(leaves));
  return [...new Set(leaves(exports))].flatMap((file) => /^\.\/dist\/(.*)\.js$/.exec(file)?.[1] ?? []);
}

/**
 * A shared file is named after the source that the rest of it is there for: the gateway, else the last one, which nothing else in it imports.
 * A file without any is the bundler's own helpers.
 */
function chunkFileNames({ moduleIds }) {
  const ids = moduleIds.filter((id) => !id.startsWith('\0'));
  const sources = ids.map((id) => relative(join(root, 'src'), id).replaceAll(sep, '/'));
  const name = sources.find((source) => source === 'gateway.ts') ?? sources.at(-1) ?? '[name].ts';
  return name.replace(/\.ts$/, '.js');
}

/** What members of the configuration mean is told by its types and by docs/config.schema.json, which is made from the sources: no gateway that runs reads it. */
function undescribed(code) {
  return code.replace(/\s*\.describe\(\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`),?\s*\)/g, '');
}

/** What an earlier build left would be packed. */
function removeLeftovers({ dir }, bundle) {
  for (const file of readdirSync(dir, { recursive: true })) {
    if (file.endsWith('.js') && !(file.replaceAll(sep, '/') in bundle)) rmSync(join(dir, file));
  }
}
