/** For the generators: what they read stands in sources of core that no entry gives away, and Node 20 runs no TypeScript. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from './lib.mjs';

/** Imports a source below packages/core/src with what it imports, as a module of its own. It shares zod with whoever asks. */
export async function importSource(name) {
  const build = await rolldown({
    input: join(root, 'packages/core/src', name),
    external: ['zod'],
    platform: 'neutral',
    tsconfig: false,
  });
  const file = join(root, 'node_modules/.cache/sources', name.replace(/\.ts$/, '.js'));
  await build.write({ file });
  await build.close();
  return import(pathToFileURL(file).href);
}
