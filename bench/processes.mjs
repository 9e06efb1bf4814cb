/**
 * Child processes and the cores they run on: the server under load has one core to itself, load generator and upstream share the others. Whatever is
 * started here is stopped by its own id, also when the bench breaks off.
 */
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const running = new Set();

/** Which cores: `'server'` or `'tools'`; pinned is false without taskset, or on one core. */
const CORES = coresOf(availableParallelism());
export const pinned = CORES !== undefined;

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Starts a command on the cores of its role. */
export function start(role, command, args, { ipc = false, ...options } = {}) {
  const line = pinned ? ['taskset', '-c', CORES[role], command, ...args] : [command, ...args];
  const stdio = options.stdio ?? ['ignore', 'pipe', 'inherit', ...(ipc ? ['ipc'] : [])];
  const child = spawn(line[0], line.slice(1), { cwd: root, ...options, stdio });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/** Stops a child and waits until it is gone. */
export function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Runs a command to its end; gives what it printed to standard output. Rejects when it fails. */
export function output(role, command, args) {
  return new Promise((resolve, reject) => {
    const child = start(role, command, args);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}\n${text}`)),
    );
  });
}

/**
 * One host with one variant in a process of its own. `url` is its chat endpoint, `memory()` its resident memory in bytes after a full garbage
 * collection; `flags` are Node's.
 */
export function startServer(host, variant, origin, flags = []) {
  const script = fileURLToPath(new URL('server.mjs', import.meta.url));
  const child = start('server', process.execPath, [...flags, script, host, variant, origin], { ipc: true });
  const message = (key) => new Promise((resolve) => child.once('message', (value) => resolve(value[key])));
  const memory = () => {
    child.send('memory');
    return message('memory');
  };
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${host} ${variant} ended (${code})`)));
    message('port').then((port) => {
      const url = `http://127.0.0.1:${port}/ai/v1/chat/completions`;
      resolve({ host, variant, pid: child.pid, url, memory, stop: () => stop(child) });
    });
  });
}

function coresOf(count) {
  if (count < 2 || spawnSync('taskset', ['-c', '0', 'true']).status !== 0) return undefined;
  return { server: String(count - 1), tools: count === 2 ? '0' : `0-${count - 2}` };
}
