import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL of a test's own, on a free port of loopback, with a database of its own in a temporary folder. */
export interface PostgresServer {
  readonly url: string;
  /** Ends the server: `fast` breaks its connections, `immediate` is a crash. The database stays. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends the server and removes its database. */
  remove(): Promise<void>;
}

/** The folder of PostgreSQL's programs; undefined where there is none: the tests that need it are skipped then. */
export const postgresFolder = findFolder();

if (postgresFolder === undefined)
  console.error(
    'SKIPPED: the tests of the store in PostgreSQL. There is no PostgreSQL on this machine (/usr/lib/postgresql or PATH).',
  );

function findFolder(): string | undefined {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(home, version, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

/** @param durable waits for the disk as a real server does; a test need not */
export async function startPostgres(durable = false): Promise<PostgresServer> {
  if (postgresFolder === undefined) throw new Error('There is no PostgreSQL on this machine.');
  const folder = postgresFolder;
  const home = mkdtempSync(join(tmpdir(), 'postern-postgres-'));
  const user = unprivileged();
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  const data = join(home, 'data');
  const options = ['-D', data, '-U', 'postern', '-E', 'UTF8', '--locale=C', '-A', 'trust', '--no-sync'];
  execFileSync(join(folder, 'initdb'), options, { ...user, cwd: home, stdio: 'pipe' });
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200'];
    if (!durable) settings.push('fsync=off');
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    server = spawn(join(folder, 'postgres'), args, { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(server);
  }

  async function stop(how: 'fast' | 'immediate'): Promise<void> {
    const stopped = server;
    server = undefined;
    if (stopped === undefined || stopped.exitCode !== null) return;
    const exit = new Promise((resolve) => stopped.once('exit', resolve));
    // https://www.postgresql.org/docs/current/server-shutdown.html
    stopped.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await exit;
  }

  await start();
  return {
    url: `postgres://postern@127.0.0.1:${port}/postgres`,
    stop,
    start,
    async remove() {
      await stop('immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (what: string): number => Number(execFileSync('id', [what, name], { stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g') };
    } catch {}
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Waits until the server says that it takes connections, or has ended. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)));
    server.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString();
      if (said.includes('database system is ready to accept connections')) resolve();
    });
  });
}
