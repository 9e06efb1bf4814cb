/** `npm start`: install, build, and run the Express example. Needs nothing but Node, npm and git. */
import { spawn } from 'node:child_process';
import { build, install, must, root } from './lib.mjs';

await must(install(), 'install');
await must(build(), 'build');

const child = spawn(process.execPath, ['examples/express/server.mjs', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
