/** `npm run dev`: builds on every change and restarts the Express example when the built files changed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, has, install, must, root } from './lib.mjs';

if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');

const children = [
  spawn(join(root, 'node_modules/.bin/tsc'), ['--build', '--watch', '--preserveWatchOutput'], {
    cwd: root,
    stdio: 'inherit',
  }),
  spawn(process.execPath, ['--watch', 'examples/express/server.mjs'], { cwd: root, stdio: 'inherit' }),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
