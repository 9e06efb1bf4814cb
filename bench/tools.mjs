/**
 * Upstream and load generator: the Go programs where Go and their sources are there (POSTERN_BENCH_TOOLS, default ../shared/bench beside the
 * repository), used in place and built into node_modules/.cache; otherwise the ones in own/. Both kinds take the same flags.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, start, stop } from './processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
export const cache = join(root, 'node_modules', '.cache', 'postern-bench');

/**
 * @returns {{ name: string, startUpstream: Function, load: Function, open: Function }} `load(flags)` resolves to the line that the load generator
 * prints; `open(flags)` leaves it running until it is stopped
 */
export function findTools() {
  const folder = resolve(root, process.env.POSTERN_BENCH_TOOLS ?? '../shared/bench');
  return goTools(folder) ?? ownTools();
}

function goTools(folder) {
  if (!existsSync(join(folder, 'loadgen')) || !existsSync(join(folder, 'upstream'))) return undefined;
  const bin = join(cache, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['upstream', 'loadgen']) {
    const { status, error } = spawnSync('go', ['build', '-o', join(bin, name), '.'], {
      cwd: join(folder, name),
      stdio: 'inherit',
    });
    if (error !== undefined || status !== 0) return undefined;
  }
  return toolsOf('the Go programs', { upstream: [join(bin, 'upstream')], loadgen: [join(bin, 'loadgen')] });
}

function ownTools() {
  const script = (name) => [process.execPath, fileURLToPath(new URL(`own/${name}.mjs`, import.meta.url))];
  return toolsOf('the ones in bench/own', { upstream: script('upstream'), loadgen: script('loadgen') });
}

function toolsOf(name, { upstream, loadgen }) {
  return {
    name,
    async startUpstream() {
      const port = await freePort();
      const child = start('tools', upstream[0], [...upstream.slice(1), '-addr', `127.0.0.1:${port}`]);
      await listening(port);
      const origin = `http://127.0.0.1:${port}`;
      return { origin, untilOpen: (count) => untilOpen(origin, count), stop: () => stop(child) };
    },
    async load(flags) {
      const text = await output('tools', loadgen[0], [...loadgen.slice(1), ...flagsOf(flags)]);
      return JSON.parse(text.trim().split('\n').at(-1));
    },
    open(flags) {
      const child = start('tools', loadgen[0], [...loadgen.slice(1), ...flagsOf(flags)]);
      return { stop: () => stop(child) };
    },
  };
}

/** Until the upstream has so many streams open; rejects after 90 s. */
async function untilOpen(origin, count) {
  const end = Date.now() + 90_000;
  for (;;) {
    const { streams_open: open } = await (await fetch(`${origin}/stats`)).json();
    if (open === count) return;
    if (Date.now() > end) throw new Error(`${open} streams are open instead of ${count}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** `{ c: 64, stream: true, headers: ['a: b'] }` as the load generator's flags. */
function flagsOf({ headers = [], ...flags }) {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined && value !== false);
  return [
    ...given.flatMap(([name, value]) => (value === true ? [`-${name}`] : [`-${name}`, String(value)])),
    ...headers.flatMap((line) => ['-H', line]),
  ];
}

/** A loopback port that nobody listens on. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Until something listens on a loopback port; rejects after `seconds`. */
export async function listening(port, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  while (!(await accepts(port))) {
    if (Date.now() > end) throw new Error(`nothing listens on port ${port} after ${seconds} s`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

function accepts(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}
