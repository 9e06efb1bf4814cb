/** `npm run dev`: builds on every change and restarts the Express example when the built files changed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, bundle, has, install, must, root } from './lib.mjs';

if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');

const children = [
  start(join(root, 'node_modules/.bin/tsc'), ['--build', '--watch', '--preserveWatchOutput']),
  start(join(root, 'node_modules/.bin/rolldown'), [...bundle, '--watch']),
  start(process.execPath, ['--watch', 'examples/express/server.mjs']),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}

function start(command, args) {
  return spawn(command, args, { cwd: root, stdio: 'inherit' });
}
