import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  resolve: { alias: sources() },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.type-test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});

/** Workspace packages resolve to their sources, read from their own `exports`, so tests need no build. */
function sources() {
  const aliases: { find: RegExp; replacement: string }[] = [];
  for (const room of readdirSync(`${root}packages`)) {
    const manifestFile = `${root}packages/${room}/package.json`;
    if (!existsSync(manifestFile)) continue;
    const manifest: { name: string; exports?: Record<string, Target> } = JSON.parse(readFileSync(manifestFile, 'utf8'));
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      const file = leaf(target);
      if (!file.startsWith('./dist/')) continue;
      aliases.push({
        find: new RegExp(`^${manifest.name}${subpath.slice(1)}$`),
        replacement: `${root}packages/${room}/${file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`,
      });
    }
  }
  return aliases;
}

type Target = string | { node?: Target; default: Target };

function leaf(target: Target): string {
  return typeof target === 'string' ? target : leaf(target.node ?? target.default);
}
